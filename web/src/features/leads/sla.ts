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
export type NextAction = 'pick' | 'first_contact' | 'follow_up' | 'convert' | 'assign' | 'none'

export function nextAction(lead: RecordRow, can: Record<string, boolean>): NextAction {
  if (lead.status === 'converted' || lead.status === 'invalid') return 'none'
  if (lead.pool && !lead.owner) return can.pick === false ? 'none' : 'pick'
  if (!lead.owner) return can.assign ? 'assign' : 'none'
  if (!lead.first_response_at) return 'first_contact'
  return lead.status === 'qualified' ? 'convert' : 'follow_up'
}
