/** One part of a document by how it is entered: words, a number, a share as percent, a time, a pick, events, a condition. */
import type { Problem } from '@/api/types'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { written } from '@/lib/written'
import { ConditionBuilder } from '@/metadata/conditions/ConditionBuilder'
import { getAt, ownPath, problemsAt, type Doc } from '@/metadata/editing'
import { NumberBox, textOf } from '@/metadata/NumberBox'
import { Field, type ControlProps } from '@/ui/Field'
import { SelectBox } from '@/ui/heavy'
import { EVENTS, type Part } from './parts'
import { useChoices, useNames } from './useNames'

interface PartProps { part: Part; words: string; path: string; document: Doc; holder: Doc; problems: Problem[]; readOnly: boolean; onChange: (value: unknown) => void }

const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : value ? [String(value)] : [])

export function PartInput({ part, words, path, document, holder, problems, readOnly, onChange }: PartProps) {
  const { t, tongue } = useTongue()
  const value = getAt(document, part.at)
  const choices = useChoices(part.of)
  const names = useNames()
  const word = `${words}.${part.at.replace(/\./g, '_')}`
  const label = t(word)
  const more = t(`${word}_help`, { defaultValue: '' })
  const shown = part.empty === undefined ? '' : part.as === 'share' ? `${textOf(part.empty, true)}%` : part.as === 'weekday' ? t(`plain.weekday.${part.empty}`) : part.of ? names(part.of, String(part.empty)) : String(part.empty)
  const hint = [more, value === undefined && shown ? t('plain.empty_is', { value: shown }) : ''].filter(Boolean).join(' ')
  const error = problems.filter((each) => ownPath(each) === path || ((part.as === 'picks' || part.as === 'events' || part.as === 'words' || part.as === 'long') && ownPath(each).startsWith(`${path}.`))).map((each) => problemText(each, t, tongue)).join(' ') || undefined
  if (part.as === 'condition') return <div className="xj-form__wide xj-field" data-path={path}><span className="xj-field__label">{label}</span><ConditionBuilder object={String(holder.object ?? 'deal')} cel={String(value ?? '')} onChange={(cel) => onChange(cel || undefined)} problems={problemsAt(problems, path)} readOnly={readOnly} label={label} /></div>
  const language = tongue === 'en' ? 'en' : 'zh'
  const input = (control: ControlProps) => {
    const given = { ...control, 'data-path': path, className: 'xj-input' }
    switch (part.as) {
      case 'words': return <input {...given} readOnly={readOnly} value={written(value, tongue)} onChange={(event) => onChange({ ...(value as object | undefined), [language]: event.target.value })} />
      case 'long': return <textarea {...given} readOnly={readOnly} rows={3} value={written(value, tongue)} onChange={(event) => onChange({ ...(value as object | undefined), [language]: event.target.value })} />
      case 'number': case 'share': return <span className="xj-plain__number"><NumberBox control={control} path={path} value={value} share={part.as === 'share'} placeholder={shown.replace('%', '')} readOnly={readOnly} onChange={onChange} /><span className="xj-second" aria-hidden="true">{part.as === 'share' ? '%' : t(`${word}_unit`, { defaultValue: '' })}</span></span>
      // Not type=time: some browsers write it with AM and PM whatever the reader's language.
      case 'time': return <input {...given} className="xj-input xj-plain__time" inputMode="numeric" autoComplete="off" placeholder={shown} readOnly={readOnly} value={String(value ?? '')} onChange={(event) => onChange(event.target.value.replace('：', ':') || undefined)} />
      case 'weekday': return <select {...given} disabled={readOnly} value={String(value ?? part.empty)} onChange={(event) => onChange(Number(event.target.value))}>{[1, 2, 3, 4, 5, 6, 7].map((day) => <option key={day} value={day}>{t(`plain.weekday.${day}`)}</option>)}</select>
      case 'pick': {
        const held = String(value ?? part.empty ?? '')
        return <select {...given} disabled={readOnly} value={held} onChange={(event) => onChange(event.target.value || undefined)}>{(part.none || !held) && <option value="">{t(part.none ? `${word}_none` : 'rules.choose')}</option>}{held && !choices.some((each) => each.value === held) && <option value={held}>{held}</option>}{choices.map((each) => <option key={each.value} value={each.value}>{each.label}</option>)}</select>
      }
      default: {
        const chosen = list(value)
        const options = part.as === 'events' ? [...new Set([...EVENTS, ...chosen])].map((type) => ({ value: type, label: t(`quality.event.${type.replace('.', '_')}`, { defaultValue: t(`plain.event.${type.replace('.', '_')}`, { defaultValue: type }) }) })) : choices
        return <div data-path={path}><SelectBox id={control.id} label={label} multiple free={part.as === 'events'} invalid={Boolean(error)} readOnly={readOnly} value={chosen} options={options} onChange={(next) => onChange(list(next).length ? list(next) : undefined)} /></div>
      }
    }
  }
  return <div className={part.as === 'long' || part.as === 'picks' ? 'xj-form__wide' : undefined}><Field label={label} required={part.need} hint={hint || undefined} error={error}>{input}</Field></div>
}
