/** Leads nobody has answered yet, most urgent first: the work of now. */
import { useMemo } from 'react'
import { useNow } from '@/lib/clock'
import type { Schema } from '@/api/types'
import { useRecordPage } from '@/metadata/records'
import { useSchema } from '@/metadata/schema'
import { useLeadTimers } from './queries'
import { SOON, workClock, type LeadClock } from './sla'

const ORDER: LeadClock['word'][] = ['overdue', 'left', 'until', 'stopped', 'pooled', 'answered', 'closed']

const WAITS = 'first_response_at == null && status in ["new", "assigned", "working"]'
const PRESSES = 'status in ["new", "assigned", "working", "qualified"] && (first_response_at == null && status != "qualified" || urgent == true && solution_at == null)'

/** What the server is asked for, those that wait longest first: everybody's without a person; urgent needs until they are solved, where leads know them. */
export const runningLeads = (person: string | null, urgent: boolean) => ({ filter: `${urgent ? PRESSES : WAITS} && owner ${person ? `== "${person}"` : '!= null'}`, sort: 'created_at', limit: 100 })

/** Whether this organisation's leads have the fast lane. */
export const hasFastLane = (schema: Schema | undefined) => Boolean(schema?.objects.find((each) => each.key === 'lead')?.fields.some((field) => field.key === 'urgent'))

/** Leads with their clocks, the latest first, and how many are overdue or soon due. */
export function useRunningLeads(person: string | null) {
  const query = useRecordPage('lead', runningLeads(person, hasFastLane(useSchema().data)))
  const rows = useMemo(() => query.data?.rows ?? [], [query.data])
  const times = useLeadTimers(useMemo(() => rows.map((row) => row.id), [rows]))
  const now = useNow(5000)
  const sorted = useMemo(() => rows
    .map((row) => { const clock = workClock(row, times.timers.get(row.id) ?? [], times.fired.get(row.id) ?? [], now); return { row, clock, due: clock.ms === undefined ? Infinity : clock.word === 'overdue' ? now - clock.ms : now + clock.ms } })
    .filter(({ clock }) => clock.word !== 'answered')
    .toSorted((a, b) => ORDER.indexOf(a.clock.word) - ORDER.indexOf(b.clock.word) || (a.clock.word === 'overdue' ? (b.clock.ms ?? 0) - (a.clock.ms ?? 0) : (a.clock.ms ?? 0) - (b.clock.ms ?? 0))), [rows, times, now])
  const overdue = sorted.filter(({ clock }) => clock.word === 'overdue').length
  const soon = sorted.filter(({ clock }) => clock.word === 'left' && (clock.ms ?? 0) <= SOON).length
  // Beyond the first hundred nobody looked: what is counted then is the least there are.
  const told = (count: number) => (query.data?.next ? `${count}+` : count)
  return { query, times, sorted, overdue, soon, told, total: query.data?.count ?? sorted.length }
}
