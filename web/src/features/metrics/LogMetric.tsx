/** A figure of the log as a form: of which facts, how many or which share, what makes a fact count, by what it can be split. */
import type { ReactNode } from 'react'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { written } from '@/lib/written'
import { problemsAt, setAt, type Doc, type Problem } from '@/metadata/editing'
import { Card } from '@/ui/Card'
import { Field } from '@/ui/Field'

const LOGS: Record<string, { share: string; counts: string[] }> = { entries: { share: 'effective', counts: ['touch.response', 'touch.followup', 'rule'] }, values: { share: 'spared', counts: [] } }
const SPLITS = ['owner', 'day', 'week', 'month']

export function LogMetric({ document, onChange, problems, readOnly, figure }: { document: Doc; onChange: (next: Doc) => void; problems: Problem[]; readOnly: boolean; figure: ReactNode }) {
  const { t, tongue } = useTongue()
  const log = String((document.of as { log?: string }).log)
  const facts = LOGS[log] ?? LOGS.entries!
  const shared = 'share' in ((document.measure ?? {}) as object)
  const error = (path: string) => { const found = problemsAt(problems, path)[0]; return found ? problemText(found, t, tongue) : undefined }
  const ticks = (path: 'counts' | 'dimensions', all: string[], label: (key: string) => string) => {
    const held = ((document[path] as string[] | undefined) ?? []).map(String)
    const put = (key: string, on: boolean) => { const next = all.filter((each) => (each === key ? on : held.includes(each))); onChange(setAt(document, path, next.length ? next : undefined)) }
    return <div className="xj-line" data-path={path}>{all.map((key) => <label key={key} className="xj-check"><input type="checkbox" disabled={readOnly} checked={held.includes(key)} onChange={(event) => put(key, event.target.checked)} />{label(key)}</label>)}</div>
  }
  return (
    <div className="xj-stack">
      {figure}
      <Card><div className="xj-form xj-form--two">
        <Field label={t('metrics.name')} required error={error('name')}>{(control) => <input {...control} data-path="name" className="xj-input" readOnly={readOnly} value={written(document.name, tongue)} onChange={(event) => onChange({ ...document, name: { ...(document.name as object), [tongue === 'en' ? 'en' : 'zh']: event.target.value } })} />}</Field>
        <Field label={t('metrics.unit')} error={error('unit')}>{(control) => <input {...control} data-path="unit" className="xj-input" readOnly={readOnly} value={String(document.unit ?? '')} onChange={(event) => onChange(setAt(document, 'unit', event.target.value || undefined))} />}</Field>
        <Field label={t('metrics.of')} error={error('of')}>{(control) => <select {...control} data-path="of.log" className="xj-input" disabled={readOnly} value={log} onChange={(event) => onChange({ ...setAt(document, 'counts', undefined), of: { log: event.target.value }, measure: shared ? { share: LOGS[event.target.value]!.share } : { count: true } })}>{Object.keys(LOGS).map((key) => <option key={key} value={key}>{t(`metric_log.of.${key}`)}</option>)}</select>}</Field>
        <Field label={t('metrics.how')} error={error('measure')}>{(control) => <select {...control} data-path="measure" className="xj-input" disabled={readOnly} value={shared ? 'share' : 'count'} onChange={(event) => onChange({ ...document, measure: event.target.value === 'share' ? { share: facts.share } : { count: true } })}><option value="count">{t('metrics.measure.count')}</option><option value="share">{t(`metric_log.share.${facts.share}`)}</option></select>}</Field>
      </div></Card>
      {shared && facts.counts.length > 0 && <Card title={t('metric_log.counts')}><p className="xj-small xj-second">{t('metric_log.counts_help')}</p>{ticks('counts', facts.counts, (key) => t(`metric_log.count.${key.replace('.', '_')}`))}{error('counts') && <p className="xj-field__error">{error('counts')}</p>}</Card>}
      <Card title={t('metrics.dimensions')}>{ticks('dimensions', SPLITS, (key) => t(`metric_log.by.${key}`))}{error('dimensions') && <p className="xj-field__error">{error('dimensions')}</p>}</Card>
    </div>
  )
}
