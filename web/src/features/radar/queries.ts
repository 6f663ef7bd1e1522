/** The radar over HTTP: risks of what one sees, of one record, silencing, how often each rule was right. */
import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import type { Text } from '@/api/types'
import { call } from '@/lib/api'
import { partKey } from '@/metadata/records'

export interface RiskRow {
  id: string; rule: string; name: Text; level: 'red' | 'yellow'; object: string; record: string; title: string | null; owner: string | null; sentence: Text; advice: Text; who: string
  raised_at: string; cleared_at: string | null; cleared_why: string | null; silenced: boolean; silenced_until: string | null; silenced_reason: string | null; silenced_by: string | null; can: { silence: boolean }
}
export interface RiskList { rows: RiskRow[]; counts: { red: number; yellow: number; silenced: number; records: number }; by_rule: { rule: string; name: Text; count: number }[]; people: Record<string, string>; capped: boolean; rules: number }
export interface RecordRisks { open: RiskRow[]; past: RiskRow[]; people: Record<string, string> }
export interface LimitState { key: string; name: Text; unit: string; default: number; fixed: number | null; least: number; in_force: Record<string, number>; learned: { group: string; value: number; n: number }[] }
export interface RuleState { rule: string; name: Text; level: 'red' | 'yellow'; object: string; open: number; n: number; n_others: number; lost: number; right: number; lost_share: number | null; lost_share_others: number | null; slipped_share: number | null; slipped_share_others: number | null; limits: LimitState[] }

export const useRisks = (rule: string | undefined, silenced: boolean) => useQuery({ queryKey: ['risks', 'list', rule ?? '', silenced], queryFn: ({ signal }) => call<RiskList>('get', '/api/v1/risks', { query: { rule, silenced }, signal }) })
export const useRecordRisks = (object: string, id: string) => useQuery({ queryKey: partKey(object, id, 'risks'), queryFn: ({ signal }) => call<RecordRisks>('get', '/api/v1/risks/{object_key}/{id}', { path: { object_key: object, id }, signal }) })
export const useAccuracy = (on: boolean) => useQuery({ queryKey: ['risks', 'accuracy'], enabled: on, queryFn: ({ signal }) => call<{ rules: RuleState[] }>('get', '/api/v1/risks/accuracy', { signal }) })

/** Lists and records' cards alike. */
const again = (client: QueryClient) => client.invalidateQueries({ predicate: (query) => query.queryKey.includes('risks') })

export function useSilence() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, reason, until }: { id: string; reason: string; until: string }) => call<{ silenced_until: string }>('post', '/api/v1/risks/{id}/silence', { path: { id }, body: { reason, until } }),
    onSuccess: () => again(client),
  })
}
export function useUnsilence() {
  const client = useQueryClient()
  return useMutation({ mutationFn: (id: string) => call('post', '/api/v1/risks/{id}/unsilence', { path: { id } }), onSuccess: () => again(client) })
}
