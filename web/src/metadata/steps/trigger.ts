/** When a rule starts: its document part as one of seven choices, and a schedule in words instead of cron. */
export type On = Record<string, unknown>
export const TRIGGERS = ['created', 'changed', 'event', 'since', 'cron', 'updated', 'deleted', 'restored'] as const
export type TriggerKind = (typeof TRIGGERS)[number]
export const UNITS = ['working_minutes', 'working_hours', 'minutes', 'hours', 'days'] as const
export const isWorking = (unit: unknown) => unit === 'working_minutes' || unit === 'working_hours'

export const triggerOf = (on: On | undefined): TriggerKind | null => TRIGGERS.find((kind) => on && kind in on) ?? null
export const asList = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : value ? [String(value)] : [])
/** Written as people write it: one alone, several as a list. */
export const asWritten = (items: string[]): string | string[] => (items.length === 1 ? items[0]! : items)

/** The trigger begun anew as another kind. */
export function newTrigger(kind: TriggerKind, object: string, calendar: string | undefined): On {
  switch (kind) {
    case 'changed': return { changed: [] }
    case 'event': return { event: `${object}.assigned` }
    case 'since': return { since: `${object}.assigned`, after: 30, unit: calendar ? 'working_minutes' : 'minutes', ...(calendar ? { calendar } : {}), cancel: ['touch.response'] }
    case 'cron': return { cron: '0 9 * * *' }
    default: return { [kind]: true }
  }
}

export interface Schedule { every: 'day' | 'workday' | 'week' | 'month' | 'hour' | 'other'; minute: number; hour: number; weekday: number; day: number | string }

/** A schedule people can read, or `other` for a cron that says more. */
export function scheduleOf(cron: string): Schedule {
  const [minute, hour, day, month, weekday, ...more] = cron.trim().split(/\s+/)
  const whole = (text: string | undefined, least: number, most: number) => (/^\d+$/.test(text ?? '') && Number(text) >= least && Number(text) <= most ? Number(text) : null)
  const found = { minute: whole(minute, 0, 59) ?? 0, hour: whole(hour, 0, 23) ?? 9, weekday: whole(weekday, 0, 7) ?? 1, day: whole(day, 1, 31) ?? 1 }
  const other: Schedule = { every: 'other', ...found }
  if (more.length || month !== '*' || whole(minute, 0, 59) === null) return other
  if (hour === '*') return day === '*' && weekday === '*' ? { ...found, every: 'hour' } : other
  if (whole(hour, 0, 23) === null) return other
  if (day === '*' && weekday === '*') return { ...found, every: 'day' }
  if (day === '*' && weekday === '1-5') return { ...found, every: 'workday' }
  if (day === '*' && whole(weekday, 0, 7) !== null) return { ...found, every: 'week' }
  if (weekday === '*' && whole(day, 1, 31) !== null) return { ...found, every: 'month' }
  return other
}

export function cronOf(schedule: Schedule): string {
  const { every, minute, hour, weekday, day } = schedule
  if (every === 'hour') return `${minute} * * * *`
  const rest = every === 'week' ? `* * ${weekday}` : every === 'month' ? `${day} * *` : every === 'workday' ? '* * 1-5' : '* * *'
  return `${minute} ${hour} ${rest}`
}

const plain = /^"((?:[^"\\]|\\.)*)"$/
/** The plain value of an expression that is one, else undefined: "A" → A, 5 → 5, true, null. */
export function literalOf(cel: unknown): string | number | boolean | null | undefined {
  const text = String(cel ?? '').trim()
  const quoted = plain.exec(text)
  if (quoted) { try { return JSON.parse(text) as string } catch { return undefined } }
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  return text === 'true' ? true : text === 'false' ? false : text === 'null' ? null : undefined
}
export const celOf = (value: string | number | boolean | null): string => (typeof value === 'string' ? JSON.stringify(value) : String(value))
