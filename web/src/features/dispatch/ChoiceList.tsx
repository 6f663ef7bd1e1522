/** What may be chosen in the cell being edited: a click adds or takes away; the text box keeps the focus. */
import { choicesOf } from './useSheet'
import type { Sheet } from './sheet'

const MOST = 40
const CUT = /[、,，;；]\s*/

export function ChoiceList({ id, sheet, typed, onPick }: { id: string; sheet: Sheet; typed: string; onPick: (text: string) => void }) {
  const { options, many } = choicesOf(id, sheet)
  if (!options.length) return null
  const pieces = typed.split(CUT).map((piece) => piece.trim())
  const chosen = new Set(pieces)
  const last = pieces.at(-1)?.replace(/^(非|not)\s*/i, '').toLowerCase() ?? ''
  const complete = options.some((option) => option.label.toLowerCase() === last)
  const shown = options.filter((option) => !last || complete || option.label.toLowerCase().includes(last)).slice(0, MOST)
  const pick = (label: string) => {
    if (!many) return onPick(label)
    if (chosen.has(label)) return onPick(pieces.filter((piece) => piece && piece !== label).join(sheet.words.and))
    const not = /^(非|not)\s*/i.exec(typed)?.[0] ?? ''
    const kept = pieces.map((piece) => piece.replace(/^(非|not)\s*/i, '')).filter((piece, place) => piece && (place < pieces.length - 1 || complete))
    return onPick(not + [...kept, label].join(sheet.words.and))
  }
  if (!shown.length) return null
  return (
    <ul className="xj-grid__choices" aria-hidden="true">
      {shown.map((option) => (
        <li key={option.key}><button type="button" tabIndex={-1} data-on={chosen.has(option.label) || undefined} onMouseDown={(event) => { event.preventDefault(); pick(option.label) }}>{option.label}</button></li>
      ))}
    </ul>
  )
}
