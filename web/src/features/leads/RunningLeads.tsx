/** Leads nobody has answered yet, most urgent first, each with its one action: the work of now. */
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { RecordRow } from '@/api/types'
import { useNow } from '@/lib/clock'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { useRecordPage } from '@/metadata/records'
import { useValues } from '@/metadata/useValues'
import { Empty } from '@/ui/Empty'
import { LeadClockChip } from './LeadClockChip'
import { leadSecond, leadTitle } from './LeadHead'
import { useLeadTimers } from './queries'
import { leadClock, SOON, type LeadClock } from './sla'

const ORDER: LeadClock['word'][] = ['overdue', 'left', 'until', 'stopped', 'pooled', 'answered', 'closed']

/** Leads with their clocks, the latest first, and how many are overdue or soon due. */
export function useRunningLeads(person: string | null) {
  const filter = `first_response_at == null && status in ["new", "assigned", "working"] && owner ${person ? `== "${person}"` : '!= null'}`
  const query = useRecordPage('lead', { filter, sort: '-created_at', limit: 100 })
  const rows = useMemo(() => query.data?.rows ?? [], [query.data])
  const times = useLeadTimers(useMemo(() => rows.map((row) => row.id), [rows]))
  const now = useNow(5000)
  const sorted = useMemo(() => rows
    .map((row) => ({ row, clock: leadClock(row, times.timers.get(row.id) ?? [], times.fired.get(row.id) ?? [], now) }))
    .filter(({ clock }) => clock.word !== 'answered')
    .toSorted((a, b) => ORDER.indexOf(a.clock.word) - ORDER.indexOf(b.clock.word) || (a.clock.word === 'overdue' ? (b.clock.ms ?? 0) - (a.clock.ms ?? 0) : (a.clock.ms ?? 0) - (b.clock.ms ?? 0))), [rows, times, now])
  const overdue = sorted.filter(({ clock }) => clock.word === 'overdue').length
  const soon = sorted.filter(({ clock }) => clock.word === 'left' && (clock.ms ?? 0) <= SOON).length
  return { query, times, sorted, overdue, soon, total: query.data?.count ?? sorted.length }
}

type Running = ReturnType<typeof useRunningLeads>

export function RunningList({ running, owners, only }: { running: Running; owners?: boolean; only?: (clock: LeadClock) => boolean }) {
  const { t, say } = useTongue()
  const context = useValues(running.query.data?.people)
  if (!running.query.data) return <QueryState query={running.query} />
  const shown = only ? running.sorted.filter(({ clock }) => only(clock)) : running.sorted
  if (!shown.length) return <Empty icon="tick" title={t('workbench.none')}>{t('workbench.none_help')}</Empty>
  return <ul>{shown.slice(0, 30).map(({ row, clock }, at) => <RunningRow key={row.id} row={row} first={at === 0} late={clock.word === 'overdue'} running={running} owner={owners ? context.names.person(row.owner) : ''} source={say(context.names.named('sources', typeof row.source === 'string' ? row.source : ''))} />)}</ul>
}

function RunningRow({ row, first, late, running, owner, source }: { row: RecordRow; first: boolean; late: boolean; running: Running; owner: string; source: string }) {
  const { t } = useTongue()
  const need = typeof row.need === 'string' ? row.need : ''
  return (
    <li>
      <Link to="/leads/$id" params={{ id: row.id }} className={late ? 'xj-row xj-row--overdue xj-work' : 'xj-row xj-work'}>
        <LeadClockChip lead={row} timers={running.times.timers.get(row.id)} fired={running.times.fired.get(row.id)} />
        <span className="xj-row__main"><strong className="xj-ellipsis">{leadTitle(row)}</strong><span className="xj-facts-line xj-small">{leadSecond(row) && <span>{leadSecond(row)}</span>}{owner && <span>{owner}</span>}</span></span>
        <span className="xj-work__what"><span className="xj-ellipsis">{need || t('workbench.first_contact')}</span><span className="xj-small xj-muted xj-ellipsis">{source}</span></span>
        <span className={first ? 'xj-btn xj-btn--primary' : 'xj-btn'}>{t('workbench.open')}</span>
      </Link>
    </li>
  )
}
