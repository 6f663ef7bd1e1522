/** A lead tried against the table on the screen: a recent one, or one typed; the row it wins, and why those above did not. */
import { useState } from 'react'
import type { FieldDefinition } from '@/api/types'
import { errorText, problemsByField } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { FieldInput } from '@/metadata/FieldInput'
import { useSchema } from '@/metadata/schema'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { Icon } from '@/ui/Icon'
import { SelectBox } from '@/ui/heavy'
import { Tabs } from '@/ui/Tabs'
import { useRecentLeads, type Tried, type useTry } from './queries'
import type { Row, Sheet } from './sheet'

interface SamplePanelProps { object: string; document: Record<string, unknown>; rows: Row[]; sheet: Sheet; trial: ReturnType<typeof useTry> }

export function SamplePanel({ object, document, rows, sheet, trial }: SamplePanelProps) {
  const { t, say, tongue } = useTongue()
  const [way, setWay] = useState<'recent' | 'typed'>('recent')
  const [search, setSearch] = useState('')
  const [lead, setLead] = useState<string | null>(null)
  const [values, setValues] = useState<Record<string, unknown>>({})
  const { data } = useRecentLeads(object, search)
  const { data: schema } = useSchema()
  const wrong = problemsByField(trial.error, t, tongue)
  const fields = (schema?.objects.find((each) => each.key === object)?.fields ?? []).filter((field) => sheet.columns.some((column) => column.path.split('.')[0] === field.key))
  const ready = way === 'recent' ? lead !== null : true
  const placed = way === 'typed' && fields.some((field) => wrong[field.key])
  const run = () => trial.mutate(way === 'recent' ? { document, lead: lead! } : { document, values })
  const options = data?.rows.map((row) => ({ value: row.id, label: [row.company, row.name].filter(Boolean).join(' · ') || row.id.slice(0, 8) })) ?? []
  return (
    <Card title={t('dispatch.sample')} aside={<Tabs soft label={t('dispatch.sample_way')} value={way} onChange={setWay} tabs={[{ key: 'recent', label: t('dispatch.recent') }, { key: 'typed', label: t('dispatch.typed') }]} />}>
      <div className="xj-stack">
        {way === 'recent'
          ? <Field label={t('dispatch.lead')}>{(control) => <SelectBox id={control.id} label={t('dispatch.lead')} value={lead} options={options} onSearch={setSearch} onChange={(next) => setLead(next as string | null)} />}</Field>
          : (
            <div className="xj-form xj-form--two">
              {fields.map((field) => <Field key={field.key} label={say(field.name, field.key)} error={wrong[field.key]}>{(control) => <Input field={field} sheet={sheet} value={values[field.key] ?? null} onChange={(value) => setValues({ ...values, [field.key]: value })} control={control} label={say(field.name, field.key)} />}</Field>)}
              {!fields.length && <p className="xj-muted">{t('dispatch.no_columns')}</p>}
            </div>
          )}
        <div className="xj-line"><Button icon="route" disabled={trial.isPending} reason={ready ? undefined : t('dispatch.pick_lead')} onClick={run}>{t('dispatch.try')}</Button></div>
        {trial.error && !placed && <Notice kind="error">{errorText(trial.error, t, tongue)}</Notice>}
        {trial.data && <Result tried={trial.data} rows={rows} sheet={sheet} />}
      </div>
    </Card>
  )
}

type InputProps = Parameters<typeof FieldInput>[0] & { sheet: Sheet }

/** A place is asked for by its province, as the columns do. */
function Input({ sheet, ...props }: InputProps) {
  const column = sheet.columns.find((each) => each.path === `${props.field.key}.province`)
  if (!column) return <FieldInput {...props} field={props.field as FieldDefinition} />
  return (
    <select className="xj-input" {...props.control} value={Array.isArray(props.value) ? String(props.value[0] ?? '') : ''} onChange={(event) => props.onChange(event.target.value ? [event.target.value] : null)}>
      <option value="">–</option>
      {column.options.map((option) => <option key={option.key} value={option.key}>{option.label}</option>)}
    </select>
  )
}

function Result({ tried, rows, sheet }: { tried: Tried; rows: Row[]; sheet: Sheet }) {
  const { t, say, tongue } = useTongue()
  const at = rows.findIndex((row) => row.key === tried.winner)
  const above = tried.rows.slice(0, at < 0 ? tried.rows.length : at)
  const word = (part: { zh: string; en: string }) => (tongue === 'en' ? part.en : part.zh)
  return (
    <div className="xj-stack-8" role="status" data-winner={tried.winner ?? ''}>
      <p><strong>{at < 0 ? say(tried.outcome) : t('dispatch.won', { n: at + 1, name: sheet.rowName(rows[at]!, at), who: tried.person?.name ?? tried.pool ?? '' })}</strong></p>
      {at >= 0 && <p className="xj-second">{say(tried.outcome)}</p>}
      {above.length > 0 && (
        <details open={above.length <= 6}>
          <summary>{t('dispatch.why_not', { count: above.length })}</summary>
          <ul className="xj-stack-8 xj-grid__why">
            {above.map((row, place) => (
              <li key={row.key}><b>{place + 1}</b> {row.matched ? t(tried.passed.some((one) => one.row === row.key && one.code === 'nobody_named') ? 'dispatch.matched_nobody' : 'dispatch.matched_but') : row.broken ? row.broken : row.parts.filter((part) => !part.holds).map((part) => <span key={part.zh} className="xj-grid__miss"><Icon name="cross" size={12} />{word(part)}</span>)}</li>
            ))}
          </ul>
        </details>
      )}
      {tried.candidates.length > 0 && (
        <ul className="xj-stack-8 xj-grid__why" aria-label={t('dispatch.candidates')}>
          {tried.candidates.slice(0, 8).map((one) => <li key={one.person}>{one.chosen ? <Icon name="tick" size={12} /> : <Icon name="dash" size={12} />}<b>{one.name}</b> <span className="xj-second">{tongue === 'en' ? one.en : one.zh}</span></li>)}
        </ul>
      )}
    </div>
  )
}
