/** The response clock of one lead as a pure reading of its fields, its waiting timers and those that have fired. */
import type { FiredRow, RecordRow, Text, TimerRow } from '@/api/types'
import type { StatusKind } from '@/ui/Status'

export interface LeadClock {
  kind: StatusKind
  /** What the chip says: overdue since, left until, due at, answered after, in a pool, closed, not running. */
  word: 'overdue' | 'left' | 'until' | 'answered' | 'pooled' | 'closed' | 'stopped'
  /** Milliseconds the word is about: overdue by, left, or taken to answer. */
  ms?: number
  due?: string
  step?: { name?: Text; key: string }
}

const MINUTE = 60_000
export const SOON = 10 * MINUTE
/** Below this the chip counts down; above it names the instant, which a lunch break cannot make misleading. */
export const COUNT_DOWN = 60 * MINUTE

/** Which clock a lead shows at `now`. Timers count only while nobody has responded. */
export function leadClock(lead: RecordRow, timers: TimerRow[], fired: FiredRow[], now: number): LeadClock {
  const responded = text(lead.first_response_at)
  if (responded) {
    const start = Date.parse(text(lead.assigned_at) ?? text(lead.created_at) ?? responded)
    return { kind: 'done', word: 'answered', ms: Math.max(0, Date.parse(responded) - start) }
  }
  if (lead.status === 'converted' || lead.status === 'invalid') return { kind: 'idle', word: 'closed' }
  if (lead.pool) return { kind: 'idle', word: 'pooled' }
  const next = timers.toSorted((a, b) => Date.parse(a.due) - Date.parse(b.due))[0]
  const step = next && { key: next.key, ...(next.name ? { name: next.name } : {}) }
  const late = fired.reduce((least, run) => Math.min(least, Date.parse(run.at)), Infinity)
  if (Number.isFinite(late)) return { kind: 'overdue', word: 'overdue', ms: Math.max(0, now - late), ...(next ? { due: next.due, step: step! } : {}) }
  if (!next) return { kind: 'idle', word: 'stopped' }
  const left = Date.parse(next.due) - now
  if (left < 0) return { kind: 'overdue', word: 'overdue', ms: -left, due: next.due, step: step! }
  if (left > COUNT_DOWN) return { kind: 'ontrack', word: 'until', ms: left, due: next.due, step: step! }
  return { kind: left <= SOON ? 'soon' : 'ontrack', word: 'left', ms: left, due: next.due, step: step! }
}

/** The two promises of an urgent need: an answer, then the solution. */
export interface UrgentClock { kind: StatusKind; of: 'answer' | 'solution'; word: 'overdue' | 'left' | 'until' | 'given' | 'stopped'; ms?: number; due?: string }

/** What runs for an urgent need at `now`; null for any other. The last of a promise's timers is its limit, the ones before remind. */
export function urgentClock(lead: RecordRow, timers: TimerRow[], fired: FiredRow[], now: number): UrgentClock | null {
  if (lead.urgent !== true || lead.status === 'invalid') return null
  const given = text(lead.solution_at)
  const began = text(lead.urgent_at)
  if (given) return { kind: 'done', of: 'solution', word: 'given', ms: Math.max(0, Date.parse(given) - Date.parse(began ?? given)) }
  const of = text(lead.urgent_answered_at) ? 'solution' as const : 'answer' as const
  const mine = (row: { key: string; stops?: string[] }) => row.key.startsWith('urgent') && (of === 'solution') === Boolean(row.stops?.includes('touch.solution'))
  const due = timers.filter(mine).map((row) => row.due).toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1)
  const left = due ? Date.parse(due) - now : 0
  if (due && left >= 0) return left > COUNT_DOWN ? { kind: 'ontrack', of, word: 'until', ms: left, due } : { kind: left <= SOON ? 'soon' : 'ontrack', of, word: 'left', ms: left, due }
  const late = due ? Date.parse(due) : fired.filter(mine).reduce((last, run) => Math.max(last, Date.parse(run.at)), -Infinity)
  return Number.isFinite(late) ? { kind: 'overdue', of, word: 'overdue', ms: Math.max(0, now - late) } : { kind: 'idle', of, word: 'stopped' }
}

/** The clock a lead is worked by: an urgent need's own, else the response clock. */
export function workClock(...asked: Parameters<typeof leadClock>): LeadClock {
  const urgent = urgentClock(...asked)
  if (!urgent || urgent.word === 'given') return leadClock(...asked)
  return { kind: urgent.kind, word: urgent.word, ...(urgent.ms === undefined ? {} : { ms: urgent.ms }), ...(urgent.due ? { due: urgent.due } : {}) }
}

/** Whether an urgent need still waits for its answer or its solution. */
export const isPressing = (lead: RecordRow) => lead.urgent === true && !lead.solution_at && !['invalid', 'converted'].includes(String(lead.status))

/** When something is due, seen from now. */
export const placeOf = (due: number, now: number) => ({ due, late: due < now, soon: due - now <= SOON })

/** The order of what to do now: urgent needs, what is late, what soon will be, VIP before others in each, then by when it is due. */
export interface Place { pressing: boolean; late: boolean; soon: boolean; vip: boolean; due: number }
export const byPlace = (a: Place, b: Place) => Number(b.pressing) - Number(a.pressing) || Number(b.late) - Number(a.late) || Number(b.soon) - Number(a.soon) || Number(b.vip) - Number(a.vip) || (a.due < b.due ? -1 : a.due > b.due ? 1 : 0)

const text = (value: unknown) => (typeof value === 'string' && value ? value : null)

/** The one thing to do next on a lead. */
export type NextAction = 'pick' | 'first_contact' | 'do_task' | 'scheduled' | 'schedule' | 'convert' | 'open_deal' | 'assign' | 'give_solution' | 'none'
export interface NextStep { action: NextAction; task?: RecordRow }

/** Computed from the state alone: `tasks` are the lead's open ones, the earliest due first. */
export function nextStep(lead: RecordRow, can: Record<string, boolean>, tasks: RecordRow[], now: number): NextStep {
  if (lead.status === 'converted') return { action: lead.deal || lead.customer ? 'open_deal' : 'none' }
  if (lead.status === 'invalid') return { action: 'none' }
  if (lead.pool && !lead.owner) return { action: can.pick === false ? 'none' : 'pick' }
  if (!lead.owner) return { action: can.assign ? 'assign' : 'none' }
  if (!lead.first_response_at || (isPressing(lead) && !lead.urgent_answered_at)) return { action: 'first_contact' }
  if (isPressing(lead)) return { action: 'give_solution' }
  const due = (task: RecordRow) => (typeof task.due_at === 'string' ? Date.parse(task.due_at) : Infinity)
  const [task] = tasks.toSorted((a, b) => due(a) - due(b))
  if (task && due(task) <= now) return { action: 'do_task', task }
  if (lead.status === 'qualified') return { action: 'convert' }
  return task ? { action: 'scheduled', task } : { action: 'schedule' }
}
