/** What mining answers about a log: an object's own, or an imported one. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Text } from '@/api/types'
import { call } from '@/lib/api'

/** Which log is asked about; an object's cases may be narrowed by a condition. */
export interface LogOf { object?: string; log?: string; filter?: string }
export interface Times { count: number; median: number | null; p90: number | null; mean: number | null; total: number }
export interface Activity { key: string; name: Text; count: number; cases: number; starts: number; ends: number; stay: Times }
export interface EdgeOf extends Times { from: string; to: string; cases: number; returns: number; rework: 'self' | 'return' | null }
export interface Way { steps: string[]; cases: number; share: number; median: number }
export interface Chart {
  events: number; cases: number; variants: number; shown: { cases: number; variants: number; edges: number; edges_left_out: number }
  activities: Activity[]; edges: EdgeOf[]; ways: Way[]; rework: { cases: number; share: number | null; self_loops: number; returns: number }
  bottlenecks: { by_total: { from: string; to: string; total: number; share: number | null }[]; by_median: { from: string; to: string; median: number; count: number }[]; floor: number }
  causes: { from: string; to: string; approval_hours: number; approval_cases: number; undelivered: number }[]; capped: boolean
}
export interface Side { cases: number; cycle: Times; rework: number | null }
export interface Delayed { threshold: number | null; normal: Side; delayed: Side; edges: { from: string; to: string; normal: Part; delayed: Part; extra: number }[]; capped: boolean }
interface Part { share: number; median: number | null; per_case: number }
export interface Group extends Side { value: string | null; finished: number; won: number | null; usual: { steps: string[]; share: number }; slowest: { from: string; to: string; total: number } | null }
export interface Groups { groups: Group[]; more: number; capped: boolean }
export interface Interval { difference: number; low: number; high: number }
export interface WhatIf { step: string; days: number | null; cases: number; with_step: number; pairs: number; needed: number; lacking: number; enough: boolean; cycle_days: Interval | null; win_rate: Interval | null; not_controlled: Text[] }
export interface LogRow { key: string; name: string; file: string; cases: number; events: number; imported_at: string; fields: string[] }

const body = (of: LogOf) => ({ ...(of.log ? { log: of.log } : { object: of.object }), ...(of.filter && !of.log ? { filter: of.filter } : {}) })

export const useLogs = () => useQuery({ queryKey: ['mining', 'logs'], queryFn: ({ signal }) => call<{ rows: LogRow[] }>('get', '/api/v1/mining/logs', { signal }).then((answer) => answer.rows) })
export const useChart = (of: LogOf, coverage: number) => useQuery({ queryKey: ['mining', 'chart', of, coverage], queryFn: ({ signal }) => call<Chart>('post', '/api/v1/mining/chart', { body: { ...body(of), coverage }, signal }), placeholderData: (before, query) => (JSON.stringify(query?.queryKey[2]) === JSON.stringify(of) ? before : undefined) })
export const useDelayed = (of: LogOf) => useQuery({ queryKey: ['mining', 'delayed', of], queryFn: ({ signal }) => call<Delayed>('post', '/api/v1/mining/delayed', { body: body(of), signal }) })
export const useGroups = (of: LogOf, by: string) => useQuery({ queryKey: ['mining', 'groups', of, by], queryFn: ({ signal }) => call<Groups>('post', '/api/v1/mining/groups', { body: { ...body(of), by }, signal }), enabled: Boolean(by) })
export const useWhatIf = () => useMutation({ mutationFn: ({ of, step, days, match }: { of: LogOf; step: string; days: number | null; match: string[] }) => call<WhatIf>('post', '/api/v1/mining/what-if', { body: { ...body(of), step, match, ...(days ? { days } : {}) } }) })

export function useImportLog() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ file, key }: { file: File; key: string }) => call<{ log: string; cases: number; events: number; activities: number }>('post', '/api/v1/mining/logs', { query: { key, name: file.name }, body: file, headers: { 'Content-Type': 'application/octet-stream' } }),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['mining', 'logs'] }),
  })
}

/** A key for a log made of its file's name. */
export const keyOf = (file: string) => file.toLowerCase().replace(/\.(xes|gz)/g, '').replace(/[^a-z0-9_]+/g, '_').replace(/^[^a-z]+/, '').replace(/_+$/, '').slice(0, 60) || 'log'
