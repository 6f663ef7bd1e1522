/** What holds for the whole table: limits, the shares of the weighted choice, working hours, where a lead goes that nobody takes. */
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { ownPath, setAt, type Problem } from '@/metadata/editing'
import { NumberBox } from '@/metadata/NumberBox'
import { Field } from '@/ui/Field'
import type { Sheet } from './sheet'

type Doc = Record<string, unknown>
/** Problems said beside their own inputs. */
export const isSetting = (problem: Problem) => /^(capacity|weights)\./.test(ownPath(problem))
const NUMBERS = [['capacity', 'open'], ['capacity', 'trainee_open'], ['capacity', 'per_day'], ['weights', 'answered'], ['weights', 'free'], ['weights', 'preference'], ['weights', 'cap_over_mean'], ['weights', 'newcomer_floor'], ['weights', 'window_days']] as const

export function TableSettings({ document, sheet, problems, readOnly, onChange }: { document: Doc; sheet: Sheet; problems: Problem[]; readOnly: boolean; onChange: (next: Doc) => void }) {
  const { t, tongue } = useTongue()
  const part = (name: string) => (document[name] ?? {}) as Record<string, unknown>
  const wrong = (path: string) => problems.filter((each) => ownPath(each) === path).map((each) => problemText(each, t, tongue)).join(' ') || undefined
  const choose = (value: unknown, options: { key: string; label: string }[], take: (key: string | undefined) => void) => ({ id, ...control }: { id: string }) => (
    <select id={id} {...control} className="xj-input" disabled={readOnly} value={String(value ?? '')} onChange={(event) => take(event.target.value || undefined)}>
      <option value="">{t('dispatch.none')}</option>{options.map((option) => <option key={option.key} value={option.key}>{option.label}</option>)}
    </select>
  )
  const without = (name: string) => { const { [name]: _old, ...rest } = document; return rest }
  return (
    <div className="xj-form xj-grid__settings">
      {NUMBERS.map(([group, name]) => (
        <Field key={name} label={t(`dispatch.set.${name}`)} hint={t(`dispatch.set.${name}_help`, { defaultValue: '' }) || undefined} error={wrong(`${group}.${name}`)}>
          {(control) => <NumberBox control={control} path={`${group}.${name}`} readOnly={readOnly} value={part(group)[name]} onChange={(next) => onChange(setAt(document, [group, name], next))} />}
        </Field>
      ))}
      <Field label={t('dispatch.set.calendar')}>{choose(document.calendar, sheet.directory.calendars, (key) => onChange(key ? { ...document, calendar: key } : without('calendar')))}</Field>
      <Field label={t('dispatch.set.fallback')} hint={t('dispatch.set.fallback_help')}>{choose((document.fallback as { pool?: string } | undefined)?.pool, sheet.directory.pools, (key) => onChange(key ? { ...document, fallback: { pool: key } } : without('fallback')))}</Field>
    </div>
  )
}
