/** The heat map and the channel table of a window. */
import { useQuery } from '@tanstack/react-query'
import dayjs from 'dayjs'
import type { ChannelRow, HeatMap } from '@/api/types'
import { celString } from '@/metadata/filter'
import { call } from '@/lib/api'
import { clockNow, clockZone } from '@/lib/clock'
import '@/lib/time'

export type Range = 'today' | 'week' | 'month' | 'year'
export const RANGES: Range[] = ['today', 'week', 'month', 'year']
export interface Window { since: string; until: string }

/** The window of a range, whole days in the workspace's zone, ending with today. */
export function windowOf(range: Range, now = clockNow(), zone = clockZone()): Window {
  const day = dayjs(now).tz(zone).startOf('day')
  const until = day.add(1, 'day')
  const since = { today: day, week: day.subtract(6, 'day'), month: day.startOf('month'), year: day.subtract(364, 'day') }[range]
  return { since: since.toISOString(), until: until.toISOString() }
}

export const useHeatMap = (window: Window) => useQuery({
  queryKey: ['heat', 'map', window],
  queryFn: ({ signal }) => call<HeatMap>('get', '/api/v1/heat-map', { query: { ...window }, signal }),
  placeholderData: (previous) => previous,
})

export const useChannelTable = (window: Window) => useQuery({
  queryKey: ['heat', 'channels', window],
  queryFn: ({ signal }) => call<{ rows: ChannelRow[] } | ChannelRow[]>('get', '/api/v1/channels/table', { query: { ...window }, signal }).then((answer) => (Array.isArray(answer) ? answer : answer.rows)),
  placeholderData: (previous) => previous,
})

/** The leads behind a cell, a row (hour null) or a column (channel null), as a filter. */
export function cellFilter(window: Window, channel: string | null, hour: number | null): string {
  const parts = [`created_at >= timestamp(${celString(window.since)})`, `created_at < timestamp(${celString(window.until)})`]
  if (channel !== null) parts.push(channel === '' ? '(channel == null || channel == "")' : `channel == ${celString(channel)}`)
  if (hour !== null) parts.push(`hour(created_at) == ${hour}`)
  return parts.join(' && ')
}
