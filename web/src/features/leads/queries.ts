/** What the lead screens ask and tell the server beyond plain records. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Duplicate, FiredRow, LedgerRow, MergePreview, Proposal, TimerRow, Timers, Written } from '@/api/types'
import { call, idempotencyKey } from '@/lib/api'
import { withGuidance } from '@/metadata/guidance'
import { partKey, refreshRecord, showAtOnce } from '@/metadata/records'
import { clockNow } from '@/lib/clock'

/** `known`: nothing is said of clocks before they have been asked for. */
export interface LeadTimers { timers: Map<string, TimerRow[]>; fired: Map<string, FiredRow[]>; known: boolean }

const group = <T extends { record: string }>(rows: T[] | undefined) => {
  const found = new Map<string, T[]>()
  for (const row of rows ?? []) found.set(row.record, [...(found.get(row.record) ?? []), row])
  return found
}

export const timersQuery = (ids: string[]) => ({
  queryKey: ['timers', 'lead', ids.join(',')],
  queryFn: ({ signal }: { signal: AbortSignal }) => call<Timers>('get', '/api/v1/timers', { query: { object: 'lead', ids: ids.join(',') }, signal }),
  enabled: ids.length > 0,
  retry: false,
})

/** Waiting and fired timers of a short list of leads, 200 at most; a list that is scrolled has a book (`clocks.ts`). */
export function useLeadTimers(ids: string[]): LeadTimers {
  const { data, isLoading } = useQuery({ ...timersQuery(ids.slice(0, 200)), placeholderData: (previous: Timers | undefined) => previous })
  return useMemo(() => ({ timers: group(data?.rows), fired: group(data?.fired), known: !isLoading }), [data, isLoading])
}

export interface Touch { kind: 'call' | 'message' | 'meeting' | 'visit' | 'note' | 'form_reply'; direction?: 'out' | 'in'; answered?: boolean; text?: string; at?: string; solution?: boolean }

export function useLogTouch(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (touch: Touch) => call<Written & { counted?: string[]; demanded_recorded?: boolean }>('post', '/api/v1/leads/{id}/touch', { path: { id }, body: touch, headers: { 'Idempotency-Key': idempotencyKey() } }),
    onMutate: (touch) => ({
      back: touch.kind === 'note' || touch.direction === 'in' ? () => undefined : showAtOnce(client, 'lead', id, { first_response_at: new Date(clockNow()).toISOString() }),
    }),
    onError: (_error, _touch, context) => context?.back(),
    onSettled: () => refreshRecord(client, 'lead', id),
  })
}

const usePost = <B,>(id: string, path: `/api/v1/leads/{id}/${'assign' | 'convert' | 'unconvert'}`) => {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: B) => withGuidance((ticked) => call<Written>('post', path, { path: { id }, body: body ?? {}, headers: { ...ticked, 'Idempotency-Key': idempotencyKey() } })),
    onSettled: () => refreshRecord(client, 'lead', id),
  })
}

export const useAssign = (id: string) => usePost<{ person?: string; pool?: string; reason?: string }>(id, '/api/v1/leads/{id}/assign')
export interface Conversion { customer?: string | null; contact?: string | null; deal?: { name: string; amount?: number | null } | null }
export const useConvert = (id: string) => usePost<Conversion>(id, '/api/v1/leads/{id}/convert')
export const useUnconvert = (id: string) => usePost<Record<string, never>>(id, '/api/v1/leads/{id}/unconvert')

export const useLedger = (id: string) => useQuery({
  queryKey: partKey('lead', id, 'ledger'),
  queryFn: ({ signal }) => call<{ rows: LedgerRow[]; people?: Record<string, string> }>('get', '/api/v1/leads/{id}/ledger', { path: { id }, signal }),
})

export const useProposals = (id: string) => useQuery({
  queryKey: partKey('lead', id, 'proposals'),
  queryFn: ({ signal }) => call<{ rows: Proposal[] }>('get', '/api/v1/leads/{id}/proposals', { path: { id }, signal }),
})

export const useMergePreview = (proposal: string | null, keep: string) => useQuery({
  queryKey: ['merge-preview', proposal, keep],
  queryFn: ({ signal }) => call<MergePreview>('post', '/api/v1/proposals/{id}/merge', { path: { id: proposal! }, body: { ...(keep ? { keep } : {}), dry_run: true }, signal }),
  enabled: Boolean(proposal),
})

export function useDecideProposal(lead: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, merge, keep }: { id: string; merge?: boolean; keep?: string }) => (merge
      ? call<Written & { merge?: string }>('post', '/api/v1/proposals/{id}/merge', { path: { id }, body: { ...(keep ? { keep } : {}), dry_run: false } })
      : call<Written & { merge?: string }>('post', '/api/v1/proposals/{id}/dismiss', { path: { id }, body: {} })),
    onSettled: () => refreshRecord(client, 'lead', lead),
  })
}

export const undoMerge = (merge: string) => call<Written>('post', '/api/v1/merges/{id}/undo', { path: { id: merge }, body: {} })

export const recognise = (text: string) => call<{ fields: Record<string, unknown>; duplicates?: Duplicate[] }>('post', '/api/v1/capture/recognise', { body: { text } })

/** Duplicates of what is being typed; asked only when something that identifies is there. */
export function useDuplicates(fields: Record<string, unknown>) {
  const known = Object.fromEntries(['company', 'mobile', 'email', 'uscc', 'wechat'].flatMap((key) => (fields[key] && String(fields[key]).length > 3 ? [[key, fields[key]]] : [])))
  return useQuery({
    queryKey: ['duplicates', known],
    queryFn: ({ signal }) => call<{ rows: Duplicate[] }>('post', '/api/v1/duplicates', { body: { object: 'lead', fields: known }, signal }),
    enabled: Object.keys(known).length > 0,
    placeholderData: (previous) => previous,
    staleTime: 5_000,
  })
}
