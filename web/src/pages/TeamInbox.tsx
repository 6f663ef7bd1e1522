/** The team's inbox: leads nobody has answered, leads nobody owns, tasks that are late; taken over or handed on in place, with undo. */
import { Link } from '@tanstack/react-router'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import type { RecordRow } from '@/api/types'
import { useBoard } from '@/features/daily/queries'
import { LeadClockChip } from '@/features/leads/LeadClockChip'
import { leadTitle } from '@/features/leads/LeadHead'
import { useAssign } from '@/features/leads/queries'
import type { useRunningLeads } from '@/features/leads/RunningLeads'
import { taskState } from '@/features/tasks/TaskList'
import { call, idempotencyKey } from '@/lib/api'
import { useNow } from '@/lib/clock'
import { errorText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { useRecordPage, useUpdateRecord } from '@/metadata/records'
import { useMe, useRight } from '@/metadata/session'
import { useDone, useRefused } from '@/metadata/undo'
import { useValues } from '@/metadata/useValues'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Status } from '@/ui/Status'
import { Tabs } from '@/ui/Tabs'
import { showToast } from '@/ui/Toast'

type Which = 'waiting' | 'unowned' | 'tasks'

export function TeamInbox({ running }: { running: ReturnType<typeof useRunningLeads> }) {
  const { t } = useTongue()
  const [which, setWhich] = useState<Which>('waiting')
  const now = useNow(60_000)
  const minute = new Date(Math.floor(now / 60_000) * 60_000).toISOString()
  const unowned = useRecordPage('lead', { filter: 'owner == null && pool == null && status in ["new", "assigned", "working"]', sort: 'created_at', limit: 50 })
  const tasks = useRecordPage('task', { filter: `status == "open" && due_at != null && due_at < timestamp("${minute}")`, sort: 'due_at', limit: 50 })
  const tabs = [{ key: 'waiting' as const, label: t('team_inbox.waiting'), count: running.total }, { key: 'unowned' as const, label: t('team_inbox.unowned'), count: unowned.data?.count ?? 0 }, { key: 'tasks' as const, label: t('team_inbox.tasks'), count: tasks.data?.count ?? 0 }]
  return (
    <Card flush title={t('team_inbox.title')} aside={<Link to="/leads">{t('workbench.all_leads')}</Link>}>
      <div className="xj-teaminbox__tabs"><Tabs soft label={t('team_inbox.title')} value={which} onChange={setWhich} tabs={tabs} /></div>
      {which === 'waiting' && <Waiting running={running} />}
      {which === 'unowned' && <Unowned query={unowned} />}
      {which === 'tasks' && <LateTasks query={tasks} />}
    </Card>
  )
}

/** Takes a lead over oneself. */
function TakeOver({ lead }: { lead: RecordRow }) {
  const { t } = useTongue()
  const me = useMe()?.person?.id
  const client = useQueryClient()
  const assign = useAssign(lead.id)
  const done = useDone()
  const refused = useRefused()
  if (!me || lead.owner === me) return null
  return <Button size="small" icon="hand" data-take={lead.id} aria-label={t('team_inbox.take_of', { title: leadTitle(lead) })} disabled={assign.isPending} onClick={() => assign.mutate({ person: me, reason: t('team_inbox.reason') }, { onSuccess: (written) => { done(t('team_inbox.taken', { title: leadTitle(lead) }), written?.change); for (const key of ['records', 'timers', 'daily']) void client.invalidateQueries({ queryKey: [key] }) }, onError: refused })}><span>{t('team_inbox.take')}</span></Button>
}

function Waiting({ running }: { running: ReturnType<typeof useRunningLeads> }) {
  const { t } = useTongue()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const context = useValues(running.query.data?.people)
  const may = useRight('assign')
  const toggle = (id: string) => setChosen((old) => { const next = new Set(old); if (!next.delete(id)) next.add(id); return next })
  const shown = running.sorted.slice(0, 50)
  return (
    <>
      {!running.query.data ? <QueryState query={running.query} /> : shown.length === 0 ? <Empty icon="tick" title={t('workbench.none')} /> : (
        <>
          {chosen.size > 0 && <HandOver ids={[...chosen]} onDone={() => setChosen(new Set())} />}
          <ul>{shown.map(({ row, clock }) => (
            <li key={row.id} className={clock.word === 'overdue' ? 'xj-row xj-row--overdue' : 'xj-row'} data-waiting={row.id}>
              {may && <label className="xj-check"><input type="checkbox" aria-label={t('load.select', { title: leadTitle(row) })} checked={chosen.has(row.id)} onChange={() => toggle(row.id)} /></label>}
              <Link to="/leads/$id" params={{ id: row.id }} className="xj-row__main" style={{ color: 'inherit' }}><strong className="xj-ellipsis">{leadTitle(row)}</strong><span className="xj-facts-line xj-small"><span>{context.names.person(row.owner)}</span></span></Link>
              <LeadClockChip lead={row} timers={running.times.timers.get(row.id)} fired={running.times.fired.get(row.id)} />
              {may && <TakeOver lead={row} />}
            </li>
          ))}</ul>
        </>
      )}
    </>
  )
}

function Unowned({ query }: { query: ReturnType<typeof useRecordPage> }) {
  const { t, tongue } = useTongue()
  const may = useRight('assign')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const toggle = (id: string) => setChosen((old) => { const next = new Set(old); if (!next.delete(id)) next.add(id); return next })
  if (!query.data) return <QueryState query={query} rows={4} />
  if (!query.data.rows.length) return <Empty icon="tick" title={t('team_inbox.no_unowned')} />
  return (
    <>
      {chosen.size > 0 && <HandOver ids={[...chosen]} onDone={() => setChosen(new Set())} />}
      <ul>{query.data.rows.map((row) => (
        <li key={row.id} className="xj-row" data-unowned={row.id}>
          {may && <label className="xj-check"><input type="checkbox" aria-label={t('load.select', { title: leadTitle(row) })} checked={chosen.has(row.id)} onChange={() => toggle(row.id)} /></label>}
          <Link to="/leads/$id" params={{ id: row.id }} className="xj-row__main" style={{ color: 'inherit' }}><strong className="xj-ellipsis">{leadTitle(row)}</strong><span className="xj-small xj-muted">{row.created_at && t('lead.arrived', { at: moment(row.created_at, tongue) })}</span></Link>
          {may && <TakeOver lead={row} />}
        </li>
      ))}</ul>
    </>
  )
}

function LateTasks({ query }: { query: ReturnType<typeof useRecordPage> }) {
  const { t, tongue } = useTongue()
  const me = useMe()?.person?.id
  const now = useNow(60_000)
  const context = useValues(query.data?.people, query.data?.related)
  const update = useUpdateRecord('task')
  const done = useDone()
  const refused = useRefused()
  if (!query.data) return <QueryState query={query} rows={4} />
  if (!query.data.rows.length) return <Empty icon="tick" title={t('team_inbox.no_tasks')} />
  return (
    <ul>{query.data.rows.map((task) => (
      <li key={task.id} className="xj-row" data-late={task.id}>
        <Status kind={taskState(task, now)}>{t('task.state.overdue')}<b>{moment(String(task.due_at), tongue)}</b></Status>
        <span className="xj-row__main"><strong className="xj-ellipsis">{String(task.title ?? '')}</strong><span className="xj-small xj-second">{context.names.person(String(task.assignee ?? ''))}</span></span>
        {me && task.assignee !== me && task.can?.update !== false && <Button size="small" icon="hand" disabled={update.isPending} onClick={() => update.mutate({ id: task.id, version: task.version, values: { assignee: me }, was: task }, { onSuccess: (written) => done(t('team_inbox.taken', { title: String(task.title ?? '') }), written?.change), onError: refused })}>{t('team_inbox.take')}</Button>}
      </li>
    ))}</ul>
  )
}

/** Picking who takes over, with what each holds, and handing over; one undo takes all of it back. */
function HandOver({ ids, onDone }: { ids: string[]; onDone: () => void }) {
  const { t, tongue } = useTongue()
  const board = useBoard()
  const client = useQueryClient()
  const [person, setPerson] = useState('')
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const people = (board.data?.people ?? []).toSorted((a, b) => Number(Boolean(a.on_leave_until)) - Number(Boolean(b.on_leave_until)) || a.open - b.open)
  const refresh = useCallback(() => { for (const key of ['records', 'timers', 'daily']) void client.invalidateQueries({ queryKey: [key] }) }, [client])
  const undo = async (changes: string[]) => {
    const back = await Promise.allSettled(changes.map((change) => call('post', '/api/v1/changes/{change}/undo', { path: { change } })))
    refresh()
    showToast({ kind: 'done', text: t('load.undo_some', { count: back.filter((one) => one.status === 'fulfilled').length }) })
  }
  const give = async () => {
    setBusy(true)
    const answers = await Promise.allSettled(ids.map((id) => call<{ change: string }>('post', '/api/v1/leads/{id}/assign', { path: { id }, body: { person, ...(reason ? { reason } : {}) }, headers: { 'Idempotency-Key': idempotencyKey() } })))
    const changes = answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value.change] : []))
    const failed = answers.find((one) => one.status === 'rejected')
    setBusy(false)
    refresh()
    showToast({
      kind: failed ? 'error' : 'done',
      text: failed ? t('load.handed_some', { count: changes.length, failed: ids.length - changes.length, why: errorText(failed.reason, t, tongue) }) : t('load.handed', { count: changes.length, name: people.find((one) => one.person === person)?.name ?? '' }),
      action: changes.length ? { label: t('common.undo'), run: () => void undo(changes) } : undefined,
    })
    onDone()
  }
  return (
    <div className="xj-report" role="group" aria-label={t('load.chosen', { count: ids.length })}>
      <div className="xj-line">
        <select className="xj-input" style={{ flex: '1 1 180px' }} aria-label={t('load.pick_person')} value={person} onChange={(event) => setPerson(event.target.value)}>
          <option value="">{t('load.pick_person')}</option>
          {people.map((one) => <option key={one.person} value={one.person} disabled={Boolean(one.on_leave_until)}>{`${one.name} · ${t('load.open')} ${one.open}${one.capacity ? `/${one.capacity}` : ''}${one.on_leave_until ? ` · ${t('load.on_leave', { at: one.on_leave_until.slice(5, 10) })}` : one.capacity && one.open >= one.capacity ? ` · ${t('load.full')}` : ''}`}</option>)}
        </select>
        <input className="xj-input" style={{ flex: '1 1 140px', width: 'auto' }} aria-label={t('load.reason')} placeholder={t('load.reason')} value={reason} onChange={(event) => setReason(event.target.value)} />
      </div>
      <div className="xj-line"><Button kind="primary" icon="route" disabled={!person || busy} onClick={() => void give()}>{t('load.pick', { count: ids.length })}</Button><Button kind="ghost" onClick={onDone}>{t('load.clear')}</Button></div>
    </div>
  )
}
