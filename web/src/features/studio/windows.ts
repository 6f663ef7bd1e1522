/** The past windows a dry run may look at, in the workspace's zone. */
import { clockNow, clockZone } from '@/lib/clock'
import { dayOf, fromLocalInput } from '@/lib/time'
import type { Window } from './queries'

export const WINDOWS = ['last_month', 'this_month', 'week', 'days_30', 'days_90'] as const
export type WindowKey = (typeof WINDOWS)[number]
const BACK: Partial<Record<WindowKey, number>> = { week: 7, days_30: 30, days_90: 90 }

/** The window's two instants; it ends now at the latest. Pure but for the clock. */
export function windowOf(key: WindowKey, now = clockNow(), zone = clockZone()): Window {
  const [year, month] = dayOf(now, zone).split('-').map(Number) as [number, number]
  const first = (back: number) => { const at = new Date(Date.UTC(year, month - 1 - back, 1)); return fromLocalInput(`${at.toISOString().slice(0, 10)}T00:00`, zone) ?? '' }
  const present = new Date(now).toISOString()
  if (key === 'last_month') return { since: first(1), until: first(0) }
  return { since: key === 'this_month' ? first(0) : new Date(now - BACK[key]! * 86_400_000).toISOString(), until: present }
}
