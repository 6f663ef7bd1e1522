/** A figure as a form: what is counted, how, which of them, when each counts, by what it can be split; and what it is today. */
import { useQuery, keepPreviousData } from '@tanstack/react-query'
import { call } from '@/lib/api'
import { clockNow } from '@/lib/clock'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { written } from '@/lib/written'
import { ConditionBuilder } from '@/metadata/conditions/ConditionBuilder'
import { problemsAt, setAt, type Doc, type EditorProps } from '@/metadata/editing'
import { SYSTEM_FIELDS, useSchema } from '@/metadata/schema'
import { useMe } from '@/metadata/session'
import { Card } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { LogMetric } from './LogMetric'
import { What } from './What'

const MEASURES = ['count', 'share', 'sum', 'avg', 'median', 'min', 'max'] as const
type Measure = (typeof MEASURES)[number]
const DAYS = 30

export default function MetricEditor({ document, onChange, problems, readOnly }: EditorProps) {
  const { t, tongue, say } = useTongue()
  const { data: schema } = useSchema()
  const of = (document.of ?? {}) as { object?: string; at?: string }
  const measure = (document.measure ?? {}) as Record<string, unknown>
  const object = of.object ?? 'lead'
  const fields = [...SYSTEM_FIELDS.filter((field) => field.key !== 'updated_at'), ...(schema?.objects.find((each) => each.key === object)?.fields ?? [])].filter((field, at, all) => all.findIndex((each) => each.key === field.key) === at)
  const how: Measure = MEASURES.find((each) => each in measure) ?? 'count'
  const what = String(measure[how] ?? '')
  const numbers = fields.filter((field) => ['number', 'money', 'percent'].includes(field.kind))
  const dimensions = ((document.dimensions as string[] | undefined) ?? []).map(String)
  const error = (path: string) => { const found = problemsAt(problems, path)[0]; return found ? problemText(found, t, tongue) : undefined }
  const options = (kinds: string[]) => fields.filter((field) => kinds.includes(field.kind)).map((field) => <option key={field.key} value={field.key}>{say(field.name, field.key)}</option>)
  const pick = (next: Measure) => onChange({ ...document, measure: next === 'count' ? { count: true } : { [next]: next === 'share' ? '' : (numbers[0]?.key ?? '') } })
  const split = fields.filter((field) => ['choice', 'text', 'person', 'boolean', 'relation'].includes(field.kind))
  const label = (key: string) => { const field = fields.find((each) => each.key === key); return field ? say(field.name, key) : key === 'hour(created_at)' ? t('metrics.hour') : key }
  if (of.object === undefined && (of as { log?: string }).log) return <LogMetric document={document} onChange={onChange} problems={problems} readOnly={readOnly} figure={<Figure document={document} />} />
  return (
    <div className="xj-stack">
      <Figure document={document} />
      <Card><div className="xj-form xj-form--two">
        <Field label={t('metrics.name')} required error={error('name')}>{(control) => <input {...control} data-path="name" className="xj-input" readOnly={readOnly} value={written(document.name, tongue)} onChange={(event) => onChange({ ...document, name: { ...(document.name as object), [tongue === 'en' ? 'en' : 'zh']: event.target.value } })} />}</Field>
        <Field label={t('metrics.unit')} error={error('unit')}>{(control) => <input {...control} data-path="unit" className="xj-input" readOnly={readOnly} value={String(document.unit ?? '')} onChange={(event) => onChange(setAt(document, 'unit', event.target.value || undefined))} />}</Field>
        <Field label={t('metrics.of')} error={error('of.object')}>{(control) => <select {...control} data-path="of.object" className="xj-input" disabled={readOnly} value={object} onChange={(event) => onChange(setAt(document, 'of.object', event.target.value))}>{schema?.objects.map((each) => <option key={each.key} value={each.key}>{say(each.name, each.key)}</option>)}</select>}</Field>
        <Field label={t('metrics.how')} error={error('measure')}>{(control) => <select {...control} data-path="measure" className="xj-input" disabled={readOnly} value={how} onChange={(event) => pick(event.target.value as Measure)}>{MEASURES.map((each) => <option key={each} value={each}>{t(`metrics.measure.${each}`)}</option>)}</select>}</Field>
        {how !== 'count' && how !== 'share' && <What document={document} how={how} fields={fields} schema={schema} readOnly={readOnly} error={error(`measure.${how}`)} onChange={onChange} />}
        <Field label={t('metrics.at')} hint={t('metrics.at_hint')} error={error('of.at')}>{(control) => <select {...control} data-path="of.at" className="xj-input" disabled={readOnly} value={of.at ?? 'created_at'} onChange={(event) => onChange(setAt(document, 'of.at', event.target.value))}>{!fields.some((field) => field.key === (of.at ?? 'created_at')) && <option value={of.at}>{of.at}</option>}{options(['date', 'datetime'])}</select>}</Field>
      </div></Card>
      {how === 'share' && <Card title={t('metrics.share_of')}><div data-path="measure.share"><ConditionBuilder object={object} cel={what} problems={problemsAt(problems, 'measure.share')} readOnly={readOnly} onChange={(cel) => onChange(setAt(document, ['measure', 'share'], cel))} /></div></Card>}
      <Card title={t('metrics.filter')}><div data-path="filter"><ConditionBuilder object={object} cel={String(document.filter ?? '')} problems={problemsAt(problems, 'filter')} readOnly={readOnly} onChange={(cel) => onChange(setAt(document, 'filter', cel.trim() ? cel : undefined))} /></div></Card>
      <Card title={t('metrics.dimensions')}>
        <div className="xj-line" data-path="dimensions" role="group" aria-label={t('metrics.dimensions')}>
          {dimensions.map((key) => <label key={key} className="xj-check"><input type="checkbox" checked disabled={readOnly} onChange={() => onChange({ ...document, dimensions: dimensions.filter((each) => each !== key) })} />{label(key)}</label>)}
          {!readOnly && <select className="xj-input xj-pick" aria-label={t('metrics.add_dimension')} value="" onChange={(event) => onChange({ ...document, dimensions: [...dimensions, event.target.value] })}><option value="">{t('metrics.add_dimension')}</option>{split.filter((field) => !dimensions.includes(field.key)).map((field) => <option key={field.key} value={field.key}>{say(field.name, field.key)}</option>)}</select>}
        </div>
        {error('dimensions') && <p className="xj-field__error">{error('dimensions')}</p>}
      </Card>
    </div>
  )
}

/** The figure of the last thirty days, as the draft stands. */
function Figure({ document }: { document: Doc }) {
  const { t } = useTongue()
  const decimals = useMe()?.workspace.currency_decimals ?? 2
  const { data: schema } = useSchema()
  const key = String(document.key ?? '')
  const query = useQuery({
    queryKey: ['metrics', 'figure', document], enabled: Boolean(key), retry: false, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => { const until = Math.floor(clockNow() / 60_000) * 60_000; return call<{ value: number | null }>('post', '/api/v1/definitions/{kind}/{key}/dry-run', { path: { kind: 'metric', key }, body: { document, since: new Date(until - DAYS * 86_400_000).toISOString(), until: new Date(until).toISOString() }, signal }) },
  })
  const measure = (document.measure ?? {}) as Record<string, unknown>
  const money = schema?.objects.find((each) => each.key === (document.of as { object?: string } | undefined)?.object)?.fields.some((field) => field.kind === 'money' && Object.values(measure).includes(field.key))
  const value = query.data?.value
  const shown = value === null || value === undefined ? '–' : 'share' in measure ? `${(value * 100).toFixed(1)}%` : `${(money ? value / 10 ** decimals : value).toLocaleString('en-US', { maximumFractionDigits: 2 })} ${String(document.unit ?? '').replace('%', '')}`
  return <p className="xj-sentence" role="status" aria-label={t('metrics.figure')}>{query.error ? t('metrics.no_figure') : t('metrics.today', { count: DAYS, value: shown })}</p>
}
