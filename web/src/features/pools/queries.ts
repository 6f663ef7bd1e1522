/** Pools, what lies in them, and taking one out. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Page, Text, Written } from '@/api/types'
import { call, idempotencyKey } from '@/lib/api'

export interface PoolRules { cool_down_days?: number | null; hidden: { key: string; name: Text }[]; returns: { days?: number; warn: number[]; when: Text | null; unless: Text | null }[]; protected: Text[] }
export interface Pool { picked_today: number; holding: { limit: number; held: number } | null; why_not: string | null; explained: PoolRules; key: string; name: Text | string; count?: number | null; pick: { per_day?: number; manager_only?: boolean }; picks_left?: number | null; hide_until_pick?: string[]; can: { pick: boolean } }

export const usePools = () => useQuery({ queryKey: ['pools'], queryFn: ({ signal }) => call<{ rows: Pool[] }>('get', '/api/v1/pools', { signal }) })

export const usePoolEntries = (pool: string) => useInfiniteQuery({
  queryKey: ['pools', pool, 'entries'],
  queryFn: ({ pageParam, signal }) => call<Page>('get', '/api/v1/pools/{key}/entries', { path: { key: pool }, query: { limit: 50, after: pageParam }, signal }),
  initialPageParam: '',
  getNextPageParam: (page) => page.next ?? undefined,
  enabled: Boolean(pool),
})

export function usePick() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ pool, record }: { pool: string; record: string }) => call<Written>('post', '/api/v1/pools/{key}/pick', { path: { key: pool }, body: { record }, headers: { 'Idempotency-Key': idempotencyKey() } }),
    onSettled: () => { void client.invalidateQueries({ queryKey: ['pools'] }); void client.invalidateQueries({ queryKey: ['records', 'lead'] }) },
  })
}
