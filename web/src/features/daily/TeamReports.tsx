/** All reports of a team on one page: who has sent, what each did, a comment in place, and asking for what is missing. */
import { useDraft } from '@/lib/drafts'
import { errorText, tooLong } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { useDone, useRefused } from '@/metadata/undo'
import { Avatar } from '@/ui/Avatar'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Field } from '@/ui/Field'
import { Status } from '@/ui/Status'
import { Comments, Deeds, Written } from './MyReport'
import { LONGEST, useComment, useRemind, useTeamReports, type Period, type TeamReport } from './queries'
import './daily.css'

export function TeamReports({ period, day }: { period: Period; day?: string | undefined }) {
  const { t } = useTongue()
  const query = useTeamReports(period, day, true)
  const remind = useRemind()
  const done = useDone()
  const refused = useRefused()
  if (!query.data) return <><h1 className="xj-sr">{t('reports.nav')}</h1><Card flush><QueryState query={query} /></Card></>
  const { rows, sent, missing, day: first } = query.data
  const ask = (people: string[]) => remind.mutate({ day: first, period, people }, { onSuccess: (answer) => done(t('reports.reminded', { count: answer.asked })), onError: refused })
  return (
    <>
      <div className="xj-bench__head">
        <h1 className="xj-headline xj-grow">{t(missing ? 'reports.head_team' : 'reports.head_team_all', { sent, missing })}</h1>
        {missing > 0 && <Button kind="primary" icon="bell" disabled={remind.isPending} onClick={() => ask([])}>{t('reports.remind_all', { count: missing })}</Button>}
      </div>
      <Card flush>{rows.length === 0 ? <Empty icon="person" title={t('reports.nobody')}>{t('reports.nobody_help')}</Empty> : <ul>{rows.map((row) => <OneReport key={row.person} row={row} onRemind={() => ask([row.person])} />)}</ul>}</Card>
    </>
  )
}

function OneReport({ row, onRemind }: { row: TeamReport; onRemind: () => void }) {
  const { t, tongue } = useTongue()
  const comment = useComment()
  const done = useDone()
  const { value: text, set: setText, drop } = useDraft(`report_comment.${row.id}`, '')
  const long = tooLong(text, LONGEST, t)
  const say = () => comment.mutate({ id: row.id!, text: text.trim() }, { onSuccess: () => { done(t('reports.commented')); setText(''); drop() } })
  return (
    <li className="xj-report" data-report={row.person}>
      <div className="xj-line-nowrap"><Avatar name={row.name} /><strong className="xj-grow">{row.name}</strong>{row.sent_at ? <Status kind="done">{t('reports.sent_at', { at: moment(row.sent_at, tongue) })}</Status> : <><Status kind="idle">{t('reports.not_sent')}</Status><Button size="small" icon="bell" onClick={onRemind}>{t('reports.remind')}</Button></>}</div>
      <Deeds deeds={row.facts} />
      {row.sent_at && <Written own={row.own} plan={row.plan} />}
      {row.comments.length > 0 && <Comments comments={row.comments} />}
      {row.sent_at && <form className="xj-line-nowrap" onSubmit={(event) => { event.preventDefault(); if (text.trim() && !long) say() }}><Field quiet label={t('reports.comment_to', { name: row.name })} error={long ?? (comment.error ? errorText(comment.error, t, tongue) : undefined)}>{(control) => <input {...control} className="xj-input" placeholder={t('reports.comment_hint')} value={text} onChange={(event) => setText(event.target.value)} />}</Field><Button type="submit" disabled={comment.isPending} reason={text.trim() ? long : t('reports.comment_hint')}>{t('reports.comment')}</Button></form>}
    </li>
  )
}
