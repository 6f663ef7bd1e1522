/** The heat map and the channel table of a window. */
import { useQuery } from '@tanstack/react-query'
import dayjs from 'dayjs'
import timezone from 'dayjs/plugin/timezone'
import utc from 'dayjs/plugin/utc'
import type { ChannelRow, HeatMap } from '@/api/types'
import { call } from '@/lib/api'
import { clockNow, clockZone } from '@/lib/clock'
import '@/lib/time'

dayjs.extend(utc)
dayjs.extend(timezone)

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
  queryFn: ({ signal }) => call<HeatMap>('get', '/api/v1/heat-map', { query: { ...window }, signal }).then(tidy),
  placeholderData: (previous) => previous,
})

/** No channel arrives as null and is kept as the empty key. */
const tidy = (map: HeatMap): HeatMap => ({
  ...map,
  channels: map.channels.map((channel) => ({ ...channel, key: channel.key ?? '' })),
  cells: map.cells.map((cell) => ({ ...cell, channel: cell.channel ?? '' })),
})

export const useChannelTable = (window: Window) => useQuery({
  queryKey: ['heat', 'channels', window],
  queryFn: ({ signal }) => call<{ rows: ChannelRow[] } | ChannelRow[]>('get', '/api/v1/channels/table', { query: { ...window }, signal }).then((answer) => (Array.isArray(answer) ? answer : answer.rows)),
  placeholderData: (previous) => previous,
})

/** The condition that lists the leads behind a cell, as the server draws it from the metric itself. */
export const useCellFilter = (window: Window, channel: string, hour: number) => useQuery({
  queryKey: ['heat', 'drill', window, channel, hour],
  queryFn: ({ signal }) => call<{ object: string; filter: string }>('post', '/api/v1/metrics/{key}/drill', { path: { key: 'lead_inflow' }, body: { at: { channel: channel || null, 'hour(created_at)': hour }, ...window }, signal }),
})
