/** What the first ten minutes ask the server beyond imports and the diagnosis. */
import { useMutation, useQuery } from '@tanstack/react-query'
import type { Json, LedgerRow, Text } from '@/api/types'
import { call } from '@/lib/api'

export type Doc = Record<string, Json>
export interface Definition { version: number | null; status: string; document: Doc | null; draft: { version: number; document: Doc } | null }
export interface DryRun { acted: number; records: number; looked_at: number; by_person: { person: string | null; name: string | null; count: number }[] }
export interface DraftTable { document: Doc; explanation: Text; rows: { key: string; zh: string; en: string; people: unknown[] }[]; records: number; without_place: number }
export interface PersonRow { id: string; name: string; title: string; roles: string[]; login: unknown; left_on: string | null; phone: string | null; email: string | null }

export const useStart = (enabled: boolean) => useQuery({ queryKey: ['start'], queryFn: ({ signal }) => call<{ empty: boolean }>('get', '/api/v1/start', { signal }), enabled, staleTime: 60_000 })
export const useDefinition = (kind: string, key: string) => useQuery({ queryKey: ['definition', kind, key], queryFn: ({ signal }) => call<Definition>('get', '/api/v1/definitions/{kind}/{key}', { path: { kind, key }, signal }) })
export const useDraftTable = () => useQuery({ queryKey: ['start', 'draft'], queryFn: ({ signal }) => call<DraftTable>('post', '/api/v1/dispatch/draft', { body: { key: 'main' }, signal }), staleTime: Infinity })
export const usePeople = () => useQuery({ queryKey: ['people'], queryFn: ({ signal }) => call<{ rows: PersonRow[] }>('get', '/api/v1/people', { signal }) })
export const useWhy = (lead: string | undefined) => useQuery({ queryKey: ['records', 'lead', 'part', lead, 'why'], queryFn: ({ signal }) => call<{ rows: LedgerRow[]; people?: Record<string, string> }>('get', '/api/v1/leads/{id}/ledger', { path: { id: lead ?? '' }, signal }), enabled: Boolean(lead) })

export const dryRun = (kind: string, key: string, document: Doc, since: string, until: string) => call<DryRun>('post', '/api/v1/definitions/{kind}/{key}/dry-run', { path: { kind, key }, body: { document, since, until } })

/** Saves drafts and puts them in force together, as the studio does. */
export async function putInForce(items: { kind: string; key: string; document: Doc }[], note: string) {
  for (const { kind, key, document } of items) await call('put', '/api/v1/definitions/{kind}/{key}', { path: { kind, key }, body: { document } })
  const [first, ...rest] = items
  if (first) await call('post', '/api/v1/definitions/{kind}/{key}/publish', { path: { kind: first.kind, key: first.key }, body: { note, items: rest.map(({ kind, key }) => ({ kind, key })) } })
}

export const makeSourceToken = (name: string) => call<{ token: string }>('post', '/api/v1/api-tokens', { body: { name, type: 'source', source: 'web_form' } })

/** The list of people is not read again at once: the first password stands beside the name until one goes on. */
export const useInvite = () => useMutation({ mutationFn: (body: { person: string; login: string }) => call<{ password: string | null }>('post', '/api/v1/invite', { body }) })
