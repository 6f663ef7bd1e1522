/** What holds for the whole table: limits, the shares of the weighted choice, working hours, where a lead goes that nobody takes. */
import { useTongue } from '@/lib/text'
import { Field } from '@/ui/Field'
import type { Sheet } from './sheet'

type Doc = Record<string, unknown>
const NUMBERS = [['capacity', 'open'], ['capacity', 'trainee_open'], ['capacity', 'per_day'], ['weights', 'answered'], ['weights', 'free'], ['weights', 'preference'], ['weights', 'cap_over_mean'], ['weights', 'newcomer_floor'], ['weights', 'window_days']] as const

export function TableSettings({ document, sheet, readOnly, onChange }: { document: Doc; sheet: Sheet; readOnly: boolean; onChange: (next: Doc) => void }) {
  const { t } = useTongue()
  const part = (name: string) => (document[name] ?? {}) as Record<string, unknown>
  const put = (group: string, name: string, text: string) => {
    const { [name]: _old, ...rest } = part(group)
    onChange({ ...document, [group]: text.trim() === '' ? rest : { ...rest, [name]: Number.isFinite(Number(text)) ? Number(text) : text } })
  }
  const choose = (value: unknown, options: { key: string; label: string }[], take: (key: string | undefined) => void) => ({ id, ...control }: { id: string }) => (
    <select id={id} {...control} className="xj-input" disabled={readOnly} value={String(value ?? '')} onChange={(event) => take(event.target.value || undefined)}>
      <option value="">{t('dispatch.none')}</option>{options.map((option) => <option key={option.key} value={option.key}>{option.label}</option>)}
    </select>
  )
  const without = (name: string) => { const { [name]: _old, ...rest } = document; return rest }
  return (
    <div className="xj-form xj-grid__settings">
      {NUMBERS.map(([group, name]) => (
        <Field key={name} label={t(`dispatch.set.${name}`)} hint={t(`dispatch.set.${name}_help`, { defaultValue: '' }) || undefined}>
          {(control) => <input {...control} className="xj-input" inputMode="decimal" readOnly={readOnly} value={String(part(group)[name] ?? '')} onChange={(event) => put(group, name, event.target.value)} />}
        </Field>
      ))}
      <Field label={t('dispatch.set.calendar')}>{choose(document.calendar, sheet.directory.calendars, (key) => onChange(key ? { ...document, calendar: key } : without('calendar')))}</Field>
      <Field label={t('dispatch.set.fallback')} hint={t('dispatch.set.fallback_help')}>{choose((document.fallback as { pool?: string } | undefined)?.pool, sheet.directory.pools, (key) => onChange(key ? { ...document, fallback: { pool: key } } : without('fallback')))}</Field>
    </div>
  )
}
