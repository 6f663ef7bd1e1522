/** The signed-in person's report: what the log wrote, one sentence of their own, a plan already filled in. */
import { useDraft } from '@/lib/drafts'
import { problemsByField, tooLong } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { useDone, useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { LONGEST, useMyReport, useWriteReport, type Comment, type Deed, type Period, type Report } from './queries'
import './daily.css'

export function MyReport({ period, day }: { period: Period; day?: string | undefined }) {
  const { t } = useTongue()
  const query = useMyReport(period, day)
  if (!query.data) return <><h1 className="xj-sr">{t('reports.nav')}</h1><Card flush><QueryState query={query} /></Card></>
  return <ReportForm key={`${period}.${query.data.day}`} report={query.data} />
}

function ReportForm({ report }: { report: Report }) {
  const { t, tongue } = useTongue()
  const write = useWriteReport()
  const done = useDone()
  const refused = useRefused()
  // What is typed outlives a closed tab, is nobody else's to read, and lasts as long as the page where a browser keeps nothing.
  const draft = useDraft(`report.${report.period}.${report.day}`, { own: report.own, plan: report.plan })
  const { own, plan } = draft.value
  const type = (part: Partial<typeof draft.value>) => draft.set((all) => ({ ...all, ...part }))
  const long = { own: tooLong(own, LONGEST, t), plan: tooLong(plan, LONGEST, t) }
  const tooMuch = long.own ?? long.plan
  const wrong = problemsByField(write.error, t, tongue)
  const put = (send: boolean) => write.mutate({ day: report.day, period: report.period, own: own.trim(), plan: plan.trim(), send }, { onSuccess: () => { done(t(send ? 'reports.sent' : 'reports.kept')); draft.drop() }, onError: refused })
  const all = report.facts.reduce((sum, deed) => sum + deed.n, 0)
  return (
    <>
      <h1 className="xj-headline">{report.sent_at ? t('reports.head_sent', { at: moment(report.sent_at, tongue) }) : all ? t('reports.head_draft', { count: all }) : t('reports.head_empty')}</h1>
      <Card title={t('reports.facts')}><Deeds deeds={report.facts} /></Card>
      <Card>
        {report.sent_at ? <Written own={report.own} plan={report.plan} /> : (
          <div className="xj-form">
            <Field label={t('reports.own')} error={long.own ?? wrong.own}>{(control) => <textarea {...control} className="xj-input" rows={2} placeholder={t('reports.own_hint')} value={own} onChange={(event) => type({ own: event.target.value })} />}</Field>
            <Field label={t('reports.plan')} hint={t('reports.plan_hint')} error={long.plan ?? wrong.plan}>{(control) => <textarea {...control} className="xj-input" rows={5} value={plan} onChange={(event) => type({ plan: event.target.value })} />}</Field>
            <div className="xj-form__foot"><Button reason={tooMuch} disabled={write.isPending} onClick={() => put(false)}>{t('reports.keep')}</Button><Button kind="primary" icon="send" reason={tooMuch} disabled={write.isPending} onClick={() => put(true)}>{t('reports.send')}</Button></div>
          </div>
        )}
      </Card>
      {report.comments.length > 0 && <Card flush title={t('reports.comments')}><Comments comments={report.comments} /></Card>}
    </>
  )
}

export function Deeds({ deeds }: { deeds: Deed[] }) {
  const { t } = useTongue()
  if (!deeds.length) return <p className="xj-muted">{t('reports.no_facts')}</p>
  return <ul className="xj-deeds">{deeds.map((deed) => <li key={deed.deed}><b>{deed.n}</b>{t(`reports.deed.${deed.deed}`)}</li>)}</ul>
}

export function Written({ own, plan }: { own: string; plan: string }) {
  const { t } = useTongue()
  return (
    <dl className="xj-facts">
      {own && <><dt>{t('reports.own')}</dt><dd className="xj-pre">{own}</dd></>}
      {plan && <><dt>{t('reports.plan')}</dt><dd className="xj-pre">{plan}</dd></>}
    </dl>
  )
}

export function Comments({ comments }: { comments: Comment[] }) {
  const { tongue } = useTongue()
  return <ul>{comments.map((one) => <li key={one.at} className="xj-row"><span className="xj-row__main"><span className="xj-pre">{one.text}</span><span className="xj-facts-line xj-small"><span>{one.name}</span><span>{moment(one.at, tongue)}</span></span></span></li>)}</ul>
}
