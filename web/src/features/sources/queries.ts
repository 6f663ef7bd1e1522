/** Deliveries of a source, its address, and a draft tried on what came in. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Problem } from '@/api/types'
import { call } from '@/lib/api'

type Doc = Record<string, unknown>
export interface Receipt { id: string; source: string; received_at: string; status: string; problems?: Problem[] | null; note?: string | null; lead?: string | null; attempts?: number }
export interface ReceiptDetail extends Receipt { payload: string | null; payload_hidden: boolean; method?: string; headers?: Record<string, string> | null }
export interface Token { id: string; kind: string; name: string; hint?: string; source?: string | null; revoked_at?: string | null; used_at?: string | null; created_at: string }
export interface Trial { deliveries: number; acts: number; refused: number; left_out: number; samples: { receipt: string; was: string; values: Doc | null; problems: Problem[] }[] }

export const useReceipts = (source: string, status = '', live = false) => useInfiniteQuery({
  queryKey: ['receipts', source, status],
  queryFn: ({ pageParam }) => call<{ rows: Receipt[]; next: string | null }>('get', '/api/v1/receipts', { query: { source, status, after: pageParam, limit: 30 } }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next,
  refetchInterval: live ? 1_500 : false,
})

export const useReceipt = (id: string | null) => useQuery({ queryKey: ['receipts', 'one', id], queryFn: () => call<ReceiptDetail>('get', '/api/v1/receipts/{id}', { path: { id: id! } }), enabled: id !== null })

export function useRunAgain() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (ids: string[]) => {
      const found = { accepted: 0, refused: 0 }
      for (const id of ids) {
        const answer = await call<{ status: string }>('post', '/api/v1/receipts/{id}/run-again', { path: { id } })
        if (answer.status === 'refused') found.refused += 1
        else found.accepted += 1
      }
      return found
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ['receipts'] }),
  })
}

export const useTokens = (may: boolean) => useQuery({ queryKey: ['tokens', 'source'], queryFn: () => call<{ rows: Token[] }>('get', '/api/v1/api-tokens', { query: { type: 'source' } }).then((answer) => answer.rows), enabled: may })

export function useMakeToken(source: string) {
  const client = useQueryClient()
  return useMutation({ mutationFn: () => call<{ id: string; token: string }>('post', '/api/v1/api-tokens', { body: { name: source, type: 'source', source } }), onSettled: () => void client.invalidateQueries({ queryKey: ['tokens'] }) })
}

/** The draft on every delivery kept: times are real ones, so the window is wide. */
export const useTrial = (key: string) => useMutation({
  mutationFn: (document: Doc) => call<Trial>('post', '/api/v1/definitions/{kind}/{key}/dry-run', { path: { kind: 'source', key }, body: { document, since: '2015-01-01T00:00:00Z', until: '2100-01-01T00:00:00Z' } }),
})
