/** What to do now: leads with running clocks and tasks that are due in one order by urgency; and what is done today. */
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type { RecordRow } from '@/api/types'
import { CallSheet, useOneTap } from '@/features/leads/CallSheet'
import { AssignDialog } from '@/features/leads/LeadDialogs'
import { leadTitle } from '@/features/leads/LeadHead'
import type { useRunningLeads } from '@/features/leads/RunningLeads'
import { byPlace, isPressing, placeOf } from '@/features/leads/sla'
import { WorkRow } from '@/features/leads/WorkRow'
import { TaskRow } from '@/features/tasks/TaskList'
import { useNow } from '@/lib/clock'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { useRecordPage } from '@/metadata/records'
import { useMe } from '@/metadata/session'
import { useValues } from '@/metadata/useValues'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Status } from '@/ui/Status'
import { Tabs } from '@/ui/Tabs'

type Running = ReturnType<typeof useRunningLeads>
type Tasks = ReturnType<typeof useRecordPage>
const MOST = 30

export function WorkList({ title, running, tasks, done }: { title: string; running: Running; tasks: Tasks; done: ReturnType<typeof useDoneToday> }) {
  const { t } = useTongue()
  const [tab, setTab] = useState<'open' | 'done'>('open')
  const open = running.total + (tasks.data?.count ?? 0)
  return (
    <Card flush title={title} aside={<Tabs soft label={t('workbench.tabs')} value={tab} onChange={setTab} tabs={[{ key: 'open', label: t('workbench.tab_open'), count: open }, { key: 'done', label: t('workbench.tab_done'), count: done.count }]} />}>
      {tab === 'open' ? <OpenWork running={running} tasks={tasks} /> : <DoneWork done={done} />}
    </Card>
  )
}

/** The leads and tasks of one order; `only` leaves out what the screen does not ask for. */
export function OpenWork({ running, tasks, only }: { running: Running; tasks?: Tasks; only?: (word: string) => boolean }) {
  const { t, say } = useTongue()
  const me = useMe()
  const now = useNow(15_000)
  const context = useValues({ ...running.query.data?.people, ...tasks?.data?.people }, tasks?.data?.related)
  const { called, dial, message, close } = useOneTap()
  const [assign, setAssign] = useState<RecordRow | null>(null)
  const items = useMemo(() => [
    ...running.sorted.filter(({ clock }) => !only || only(clock.word)).map(({ row, clock, due }) => ({ key: row.id, ...placeOf(due, now), lead: row, late: clock.word === 'overdue', task: null as RecordRow | null, pressing: isPressing(row), vip: row.vip === true })),
    ...(tasks?.data?.rows ?? []).map((task) => ({ key: task.id, ...placeOf(typeof task.due_at === 'string' ? Date.parse(task.due_at) : Infinity, now), lead: null, task, pressing: false, vip: false })),
  ].toSorted(byPlace), [running.sorted, tasks?.data?.rows, only, now])
  if (!running.query.data) return <QueryState query={running.query} />
  const mine = me?.person?.id
  return (
    <>
      {items.length === 0 ? <Empty icon="tick" title={t('workbench.none')}>{t('workbench.none_help')}</Empty> : (
        <ul>
          {items.slice(0, MOST).map((item, at) => (item.lead ? (
            <WorkRow key={item.key} row={item.lead} first={at === 0} late={item.late} mine={item.lead.owner === mine} owner={item.lead.owner === mine ? '' : context.names.person(item.lead.owner)} source={say(context.names.named('sources', typeof item.lead.source === 'string' ? item.lead.source : ''))} timers={running.times.timers.get(item.key)} fired={running.times.fired.get(item.key)} onDial={() => dial(item.lead!)} onMessage={() => message(item.lead!)} onAssign={() => setAssign(item.lead)} />
          ) : <TaskRow key={item.key} task={item.task!} now={now} context={context} first={at === 0} />))}
        </ul>
      )}
      {items.length > MOST && <p className="xj-list__foot xj-small xj-muted"><Link to="/leads">{t('workbench.more_waiting', { count: items.length - MOST })}</Link></p>}
      {called && <CallSheet key={called.at} called={called} onClose={close} />}
      {assign && <AssignDialog lead={assign} title={leadTitle(assign)} onClose={() => setAssign(null)} />}
    </>
  )
}

export const doneToday = (person: string | null, midnight: string) => ({
  leads: { filter: `${person ? `owner == "${person}" && ` : ''}last_touch_at != null && last_touch_at >= timestamp("${midnight}")`, sort: '-last_touch_at', limit: 20 },
  tasks: { filter: `status == "done" && updated_at >= timestamp("${midnight}")${person ? ` && assignee == "${person}"` : ''}`, sort: '-updated_at', limit: 20 },
})

/** Leads contacted and tasks finished since midnight. */
export function useDoneToday(person: string | null, midnight: string) {
  const asked = doneToday(person, midnight)
  const leads = useRecordPage('lead', asked.leads)
  const tasks = useRecordPage('task', asked.tasks)
  return { leads, tasks, count: (leads.data?.count ?? 0) + (tasks.data?.count ?? 0) }
}

function DoneWork({ done }: { done: ReturnType<typeof useDoneToday> }) {
  const { t, tongue } = useTongue()
  if (!done.leads.data) return <QueryState query={done.leads} rows={3} />
  if (!done.count) return <Empty icon="task" title={t('workbench.nothing_done')}>{t('workbench.nothing_done_help')}</Empty>
  return (
    <ul>
      {done.leads.data.rows.map((row) => <li key={row.id}><Link to="/leads/$id" params={{ id: row.id }} className="xj-row" style={{ color: 'inherit' }}><Status kind="done">{t('workbench.contacted')}</Status><span className="xj-row__main"><strong className="xj-ellipsis">{leadTitle(row)}</strong></span><time className="xj-small xj-muted">{moment(String(row.last_touch_at), tongue)}</time></Link></li>)}
      {done.tasks.data?.rows.map((row) => <li key={row.id} className="xj-row"><Status kind="done">{t('task.state.done')}</Status><span className="xj-row__main"><strong className="xj-ellipsis">{String(row.title ?? '')}</strong></span></li>)}
    </ul>
  )
}
