/** The past windows a dry run may look at, in the workspace's zone. */
import dayjs from 'dayjs'
import { clockNow, clockZone } from '@/lib/clock'
import type { Window } from './queries'

export const WINDOWS = ['last_month', 'this_month', 'week', 'days_30', 'days_90'] as const
export type WindowKey = (typeof WINDOWS)[number]

/** The window's two instants; it ends now at the latest. Pure but for the clock. */
export function windowOf(key: WindowKey, now = clockNow(), zone = clockZone()): Window {
  const today = dayjs(now).tz(zone)
  const month = today.startOf('month')
  const [since, until] = {
    last_month: [month.subtract(1, 'month'), month],
    this_month: [month, today],
    week: [today.subtract(7, 'day'), today],
    days_30: [today.subtract(30, 'day'), today],
    days_90: [today.subtract(90, 'day'), today],
  }[key]
  return { since: since.toISOString(), until: until.toISOString() }
}
