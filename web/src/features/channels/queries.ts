/** Messages that wait, left or failed, and a test message on its way. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Text } from '@/api/types'
import { call } from '@/lib/api'

export interface OutboxRow { id: number; channel: string; status: 'waiting' | 'sending' | 'sent' | 'dead' | 'withdrawn' | string; attempts: number; dedupe?: string; message: { title?: string | null; body?: string | null; type?: string }; error?: string | null; answer?: { code?: string; detail?: string } | string | null; created_at: string; next_at?: string | null; done_at?: string | null; object?: string | null; record?: string | null; rule?: string | null; hidden?: boolean }
export interface Health { waiting: number; dead: number; failures?: number; paused_until?: string | null; sent_at?: string | null; error?: string | null }
interface OutboxPage { rows: OutboxRow[]; next: number | null; channels: Record<string, Health> }
export interface ChannelName { key: string; name?: Text }

export const useOutbox = (status: string, channel: string) => useInfiniteQuery({
  queryKey: ['outbox', status, channel],
  queryFn: ({ pageParam }) => call<OutboxPage>('get', '/api/v1/outbox', { query: { status, channel, before: pageParam, limit: 50 } }),
  initialPageParam: null as number | null,
  getNextPageParam: (page) => page.next,
  refetchInterval: 5_000,
})

export function useResend() {
  const client = useQueryClient()
  return useMutation({ mutationFn: (id: number) => call('post', '/api/v1/outbox/{id}/resend', { path: { id } }), onSettled: () => client.invalidateQueries({ queryKey: ['outbox'] }) })
}

export const useTestMessage = (key: string) => useMutation({ mutationFn: () => call<{ dedupe: string }>('post', '/api/v1/channels/{key}/test', { path: { key } }) })

/** The fate of a test message, asked about until it is decided. */
export const useFate = (key: string, dedupe: string | null) => useQuery({
  queryKey: ['outbox', 'fate', dedupe],
  queryFn: () => call<OutboxPage>('get', '/api/v1/outbox', { query: { channel: key, limit: 20 } }).then((page) => page.rows.find((row) => row.dedupe === dedupe) ?? null),
  enabled: dedupe !== null,
  refetchInterval: (query) => (['sent', 'dead'].includes(query.state.data?.status ?? '') ? false : 1_000),
})
