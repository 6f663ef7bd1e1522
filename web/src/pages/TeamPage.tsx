/** The supervisor's board: what is overdue with its clocks, who holds how much, fairness; leads change hands in place. */
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { FigureLine } from '@/features/daily/Figures'
import { FairnessCard, LoadCard } from '@/features/daily/LoadCard'
import { useBoard } from '@/features/daily/queries'
import { leadTitle } from '@/features/leads/LeadHead'
import { LeadClockChip } from '@/features/leads/LeadClockChip'
import { useRunningLeads } from '@/features/leads/RunningLeads'
import { call, idempotencyKey } from '@/lib/api'
import { errorText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { useRight } from '@/metadata/session'
import { useValues } from '@/metadata/useValues'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Page } from '@/ui/Page'
import { showToast } from '@/ui/Toast'
import { Link } from '@tanstack/react-router'
import '@/features/leads/lead.css'
import './workbench.css'

export default function TeamPage() {
  const { t } = useTongue()
  const running = useRunningLeads(null)
  const board = useBoard()
  const people = new Set(running.sorted.filter(({ clock }) => clock.word === 'overdue').map(({ row }) => row.owner)).size
  return (
    <Page title={t('nav.team')}>
      <div className="xj-bench__head">
        <h1 className="xj-headline xj-grow">{running.query.data ? (running.overdue ? t('team.head', { count: running.overdue, people }) : t('team.head_clear', { count: running.total })) : t('nav.team')}</h1>
        {board.data && <FigureLine figures={board.data.figures} />}
      </div>
      <div className="xj-halves">
        <WaitingCard running={running} />
        <div className="xj-stack"><LoadCard /><FairnessCard /></div>
      </div>
    </Page>
  )
}

function WaitingCard({ running }: { running: ReturnType<typeof useRunningLeads> }) {
  const { t } = useTongue()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const context = useValues(running.query.data?.people)
  const may = useRight('assign')
  const toggle = (id: string) => setChosen((old) => { const next = new Set(old); if (!next.delete(id)) next.add(id); return next })
  const shown = running.sorted.slice(0, 50)
  return (
    <Card flush title={t('team.overdue')} aside={<Link to="/leads">{t('workbench.all_leads')}</Link>}>
      {!running.query.data ? <QueryState query={running.query} /> : shown.length === 0 ? <Empty icon="tick" title={t('workbench.none')} /> : (
        <>
          {chosen.size > 0 && <HandOver ids={[...chosen]} onDone={() => setChosen(new Set())} />}
          <ul>{shown.map(({ row, clock }) => (
            <li key={row.id} className={clock.word === 'overdue' ? 'xj-row xj-row--overdue' : 'xj-row'} data-waiting={row.id}>
              {may && <label className="xj-check"><input type="checkbox" aria-label={t('load.select', { title: leadTitle(row) })} checked={chosen.has(row.id)} onChange={() => toggle(row.id)} /></label>}
              <Link to="/leads/$id" params={{ id: row.id }} className="xj-row__main" style={{ color: 'inherit' }}><strong className="xj-ellipsis">{leadTitle(row)}</strong><span className="xj-facts-line xj-small"><span>{context.names.person(row.owner)}</span></span></Link>
              <LeadClockChip lead={row} timers={running.times.timers.get(row.id)} fired={running.times.fired.get(row.id)} />
            </li>
          ))}</ul>
        </>
      )}
    </Card>
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
