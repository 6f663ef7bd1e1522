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

const text = (value: unknown) => (typeof value === 'string' && value ? value : null)

/** The one thing to do next on a lead. */
export type NextAction = 'pick' | 'first_contact' | 'do_task' | 'scheduled' | 'schedule' | 'convert' | 'open_deal' | 'assign' | 'none'
export interface NextStep { action: NextAction; task?: RecordRow }

/** Computed from the state alone: `tasks` are the lead's open ones, the earliest due first. */
export function nextStep(lead: RecordRow, can: Record<string, boolean>, tasks: RecordRow[], now: number): NextStep {
  if (lead.status === 'converted') return { action: lead.deal || lead.customer ? 'open_deal' : 'none' }
  if (lead.status === 'invalid') return { action: 'none' }
  if (lead.pool && !lead.owner) return { action: can.pick === false ? 'none' : 'pick' }
  if (!lead.owner) return { action: can.assign ? 'assign' : 'none' }
  if (!lead.first_response_at) return { action: 'first_contact' }
  const due = (task: RecordRow) => (typeof task.due_at === 'string' ? Date.parse(task.due_at) : Infinity)
  const [task] = tasks.toSorted((a, b) => due(a) - due(b))
  if (task && due(task) <= now) return { action: 'do_task', task }
  if (lead.status === 'qualified') return { action: 'convert' }
  return task ? { action: 'scheduled', task } : { action: 'schedule' }
}
