/** The workbench: the fact of now as headline, what to do next, then inbox and tasks. */
import { Link, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { InboxList } from '@/features/inbox/InboxList'
import { useInbox } from '@/features/inbox/queries'
import { RunningList, useRunningLeads } from '@/features/leads/RunningLeads'
import { TaskList } from '@/features/tasks/TaskList'
import { useNow } from '@/lib/clock'
import { useTongue } from '@/lib/text'
import { longDay } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { useRecordPage } from '@/metadata/records'
import { useMe } from '@/metadata/session'
import { useValues } from '@/metadata/useValues'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import '@/features/leads/lead.css'
import './workbench.css'

/** Whether this session works on its own leads or looks after others'. */
export const looksAfterOthers = (roles: { key: string }[]) => roles.some((role) => !['rep', 'channel', 'presales', 'service'].includes(role.key))

export default function WorkbenchPage() {
  const { t, tongue } = useTongue()
  const me = useMe()
  const others = looksAfterOthers(me?.roles ?? [])
  const running = useRunningLeads(others ? null : (me?.person?.id ?? null))
  const inbox = useInbox(false)
  const tasks = useRecordPage('task', { filter: me?.person ? `status == "open" && assignee == "${me.person.id}"` : 'status == "open"', sort: 'due_at', limit: 5 })
  const context = useValues(tasks.data?.people, tasks.data?.related)
  const now = useNow(30_000)
  const navigate = useNavigate()
  const messages = useMemo(() => inbox.data?.pages[0]?.rows.slice(0, 5) ?? [], [inbox.data])
  const { overdue, soon, total } = running
  const head = overdue && soon ? 'workbench.head_both' : overdue ? 'workbench.head_overdue' : soon ? 'workbench.head_soon' : total ? 'workbench.head_running' : 'workbench.head_clear'
  return (
    <Page title={t('nav.workbench')}>
      <div>
        <h1 className="xj-headline">{running.query.data ? t(head, { overdue, soon, total }) : t('nav.workbench')}</h1>
        <p className="xj-facts-line"><span>{longDay(now, tongue)}</span><span>{t('workbench.waiting', { count: total })}</span>{tasks.data && <span>{t('task.count', { count: tasks.data.count ?? 0, shown: tasks.data.count ?? 0 })}</span>}</p>
      </div>
      <button type="button" className="xj-quick" onClick={() => void navigate({ to: '/capture' })}><Icon name="plus" />{t('capture.invite')}</button>
      <div className="xj-split">
        <Card flush title={t(others ? 'workbench.team_now' : 'workbench.now')} aside={<Link to="/leads">{t('workbench.all_leads')}</Link>}><RunningList running={running} owners={others} /></Card>
        <div className="xj-stack">
          <Card flush title={t('nav.inbox')} aside={<Link to="/inbox">{t('inbox.all')}</Link>}>{!inbox.data ? <QueryState query={inbox} rows={3} /> : messages.length ? <InboxList items={messages} brief /> : <Empty icon="message" title={t('inbox.none')} />}</Card>
          <Card flush title={t('workbench.tasks')} aside={<Link to="/tasks">{t('inbox.all')}</Link>}>{!tasks.data ? <QueryState query={tasks} rows={3} /> : tasks.data.rows.length ? <TaskList tasks={tasks.data.rows} context={context} /> : <Empty icon="task" title={t('task.none')} />}</Card>
        </div>
      </div>
    </Page>
  )
}
