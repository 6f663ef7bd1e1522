/** What the tree cannot say: a chip 「高级条件」 with its words kept as they are, opening an editor with messages at their place. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Problem } from '@/api/types'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Icon } from '@/ui/Icon'
import { NOTHING, parseCel, type Place } from './queries'
import type { Reading, Tree } from './tree'

interface OpaqueProps { object: string; place: Place; source: string; readOnly: boolean; problems: Problem[]; onChange: (tree: Tree) => void; open?: boolean }

/** The offset of a line and column (from 1) in a text. */
export const offsetOf = (text: string, line: number, column: number) => text.split('\n').slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1

export function OpaquePart({ object, place, source, readOnly, problems, onChange, open = false }: OpaqueProps) {
  const { t } = useTongue()
  const [editing, setEditing] = useState(open || problems.length > 0)
  return (
    <div className="xj-cond__opaque">
      <button type="button" className="xj-chip xj-cond__chip" aria-expanded={editing} onClick={() => setEditing(!editing)}>
        <span className="xj-chip__text">{t('filter.advanced')}</span><code className="xj-code xj-ellipsis">{source || '…'}</code>
      </button>
      {editing && <CelEditor object={object} place={place} cel={source} readOnly={readOnly} problems={problems} onChange={(reading) => onChange({ kind: 'opaque', source: reading.cel })} onVisual={(reading) => { onChange(reading.tree); setEditing(false) }} />}
    </div>
  )
}

interface CelEditorProps { object: string; place: Place; cel: string; readOnly: boolean; problems?: Problem[]; onChange: (reading: Reading) => void; onVisual?: (reading: Reading) => void }

/** The text of an expression, checked while it is typed. */
export function CelEditor({ object, place, cel, readOnly, problems = [], onChange, onVisual }: CelEditorProps) {
  const { t, tongue, say } = useTongue()
  const client = useQueryClient()
  const box = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(cel)
  const [reading, setReading] = useState<Reading | null>(null)
  useEffect(() => {
    let gone = false
    const wait = setTimeout(() => void parseCel(client, object, text, place).then((found) => { if (!gone) setReading(found) }, () => undefined), 250)
    return () => { gone = true; clearTimeout(wait) }
  }, [client, object, place, text])
  const found = reading?.problems ?? problems
  const go = (problem: Problem) => {
    const at = offsetOf(text, problem.line ?? 1, problem.column ?? 1)
    box.current?.focus()
    box.current?.setSelectionRange(at, Math.min(text.length, at + Math.max(1, String(problem.params?.name ?? ' ').length)))
  }
  return (
    <div className="xj-stack-8 xj-cond__cel">
      <textarea ref={box} className="xj-input xj-code" rows={Math.min(10, Math.max(2, text.split('\n').length))} spellCheck={false} aria-label={t('filter.cel_label')} readOnly={readOnly} aria-invalid={found.length > 0 || undefined} value={text}
        onChange={(event) => { setText(event.target.value); onChange({ ...NOTHING, cel: event.target.value }) }} />
      <ul className="xj-stack-8" aria-live="polite">
        {found.map((problem, at) => (
          <li key={at} className="xj-field__error"><Icon name="alert" /><button type="button" className="xj-cond__goto" onClick={() => go(problem)}>{problem.line ? t('condition.at', { line: problem.line, column: problem.column }) : ''} {problemText(problem, t, tongue)}</button></li>
        ))}
      </ul>
      {reading && !found.length && reading.sentence && <p className="xj-small xj-second">{say(reading.sentence)}</p>}
      {onVisual && reading && !found.length && reading.tree.kind !== 'opaque' && !readOnly && <div><Button size="small" onClick={() => onVisual(reading)}>{t('condition.to_visual')}</Button></div>}
    </div>
  )
}
