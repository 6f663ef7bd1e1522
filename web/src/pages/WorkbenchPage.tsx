/** The workbench: the fact of now as headline, what to do next in one order, the day's focus customers, inbox, quick capture. */
import { Link, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { Schema, Session } from '@/api/types'
import { FigureLine } from '@/features/daily/Figures'
import { FocusCard } from '@/features/daily/FocusCard'
import { useFigures } from '@/features/daily/queries'
import { InboxList } from '@/features/inbox/InboxList'
import { useInbox } from '@/features/inbox/queries'
import { hasFastLane, runningLeads, useRunningLeads } from '@/features/leads/RunningLeads'
import { clockNow, useNow } from '@/lib/clock'
import { queryClient } from '@/lib/query'
import { useTongue } from '@/lib/text'
import { dayOf, fromLocalInput, longDay } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { askPage, useRecordPage } from '@/metadata/records'
import { sessionQuery, useMe, useRight } from '@/metadata/session'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { doneToday, useDoneToday, WorkList } from './WorkList'
import '@/features/leads/lead.css'
import './workbench.css'

/** Whether this session works on its own leads or looks after others'. */
export const looksAfterOthers = (roles: { key: string }[]) => roles.some((role) => !['rep', 'channel', 'presales', 'service'].includes(role.key))

/** What this person's day asks the server for. */
function asksOf(me: Session | undefined, now: number) {
  const person = me?.person?.id ?? null
  const whose = looksAfterOthers(me?.roles ?? []) ? null : person
  const midnight = fromLocalInput(`${dayOf(now)}T00:00`) ?? ''
  const tonight = fromLocalInput(`${dayOf(now + 86_400_000)}T00:00`) ?? ''
  return { whose, midnight, tasks: { filter: `status == "open" && due_at != null && due_at < timestamp("${tonight}")${person ? ` && assignee == "${person}"` : ''}`, sort: 'due_at', limit: 20 } }
}

/** Everything of the day's list at once, while the screen is on the way. */
export function ahead(schema: Schema) {
  const asked = asksOf(queryClient.getQueryData(sessionQuery.queryKey), clockNow())
  const done = doneToday(asked.whose, asked.midnight)
  return Promise.all([askPage('lead', runningLeads(asked.whose, hasFastLane(schema))), askPage('task', asked.tasks), askPage('lead', done.leads), askPage('task', done.tasks)])
}

export default function WorkbenchPage() {
  const { t, tongue } = useTongue()
  const me = useMe()
  const others = looksAfterOthers(me?.roles ?? [])
  const now = useNow(30_000)
  const asked = asksOf(me, now)
  const running = useRunningLeads(asked.whose)
  const tasks = useRecordPage('task', asked.tasks)
  const done = useDoneToday(asked.whose, asked.midnight)
  const figures = useFigures(useRight('metrics.read'))
  const inbox = useInbox(false)
  const navigate = useNavigate()
  const messages = useMemo(() => inbox.data?.pages[0]?.rows.slice(0, 5) ?? [], [inbox.data])
  const { overdue, soon, total } = running
  const head = overdue && soon ? 'workbench.head_both' : overdue ? 'workbench.head_overdue' : soon ? 'workbench.head_soon' : total ? 'workbench.head_running' : 'workbench.head_clear'
  return (
    <Page title={t('nav.workbench')}>
      <div className="xj-bench__head">
        <div className="xj-grow">
          <h1 className="xj-headline">{running.query.data && running.times.known ? t(head, { overdue: running.told(overdue), soon: running.told(soon), total }) : t('nav.workbench')}</h1>
          <p className="xj-facts-line"><span>{longDay(now, tongue)}</span><span>{t('workbench.today_all', { count: total + (tasks.data?.count ?? 0) + done.count })}</span><span>{t('workbench.today_done', { count: done.count })}</span></p>
        </div>
        {figures.data && <FigureLine figures={figures.data.figures} days={7} />}
      </div>
      <button type="button" className="xj-quick" onClick={() => void navigate({ to: '/capture' })}><Icon name="plus" />{t('capture.invite')}</button>
      <div className="xj-split">
        <WorkList title={t(others ? 'workbench.team_now' : 'workbench.now')} running={running} tasks={tasks} done={done} />
        <div className="xj-stack">
          {!others && <FocusCard />}
          <Card flush title={t('nav.inbox')} aside={<Link to="/inbox">{t('inbox.all')}</Link>}>{!inbox.data ? <QueryState query={inbox} rows={3} /> : messages.length ? <InboxList items={messages} brief /> : <Empty icon="message" title={t('inbox.none')} />}</Card>
          <Card flush><Link to="/report" className="xj-row" style={{ color: 'inherit' }}><Icon name="note" /><span className="xj-row__main"><strong>{t('report.today')}</strong><span className="xj-small xj-muted">{t(others ? 'report.read_team' : 'report.written_for_you')}</span></span><Icon name="right" /></Link></Card>
        </div>
      </div>
    </Page>
  )
}
