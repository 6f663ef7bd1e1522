/** Definitions of every kind: one life for all (draft, check, dry run, publish, compare, roll back). */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Problem, Text } from '@/api/types'
import { call } from '@/lib/api'

export const KINDS = ['object', 'list_view', 'rule', 'dispatch', 'pool', 'calendar', 'role', 'source', 'channel', 'metric'] as const
export type Kind = (typeof KINDS)[number]

export interface DefinitionRow { key: string; name?: Text; object?: string | null; version?: number | null; draft_version?: number | null; quarantine?: Problem | null; origin?: string | null; published_at?: string | null }
export interface Draft { version: number; document: Document; base_version?: number | null; note?: string; saved_at?: string }
export interface Definition { kind: string; key: string; version?: number | null; status?: string; document?: Document | null; draft?: Draft | null; quarantine?: Problem | null; origin?: string | null }
export type Document = Record<string, unknown>
export interface Version { version: number; status: string; note?: string | null; origin?: string | null; saved_at?: string | null; saved_by?: string | null; published_at?: string | null; published_by?: string | null }
export interface Use { kind: string; key: string; name?: Text; draft?: boolean; through?: string[] }
export interface DryRun { would?: number; count?: number; samples?: Record<string, unknown>[]; sentence?: Text; [more: string]: unknown }

const path = (kind: string, key: string) => ({ kind, key })
const rows = <T,>(answer: { rows?: T[]; items?: T[] } | T[]): T[] => (Array.isArray(answer) ? answer : (answer.rows ?? answer.items ?? []))

export const useDefinitions = (kind: string) => useQuery({
  queryKey: ['definitions', kind],
  queryFn: ({ signal }) => call<{ rows: DefinitionRow[] }>('get', '/api/v1/definitions/{kind}', { path: { kind }, signal }).then(rows),
})

export const useDefinition = (kind: string, key: string) => useQuery({
  queryKey: ['definitions', kind, key],
  queryFn: ({ signal }) => call<Definition>('get', '/api/v1/definitions/{kind}/{key}', { path: path(kind, key), signal }),
})

export const useVersions = (kind: string, key: string) => useQuery({
  queryKey: ['definitions', kind, key, 'history'],
  queryFn: ({ signal }) => call<{ rows: Version[] }>('get', '/api/v1/definitions/{kind}/{key}/history', { path: path(kind, key), signal }).then(rows),
})

export const useUsage = (kind: string, key: string) => useQuery({
  queryKey: ['definitions', kind, key, 'usage'],
  queryFn: ({ signal }) => call<{ rows: Use[] }>('get', '/api/v1/definitions/{kind}/{key}/usage', { path: path(kind, key), signal }).then(rows),
})

/** The steps of a definition's life: check and dry run on the document as typed, publish on the saved draft. */
export function useLife(kind: string, key: string) {
  const client = useQueryClient()
  const fresh = () => { void client.invalidateQueries({ queryKey: ['definitions', kind] }); void client.invalidateQueries({ queryKey: ['schema'] }) }
  const at = { path: path(kind, key) }
  return {
    save: useMutation({ mutationFn: (document: Document) => call('put', '/api/v1/definitions/{kind}/{key}', { ...at, body: { document } }).then((answer) => (answer as { problems?: Problem[] } | undefined)?.problems ?? []), onSettled: fresh }),
    check: useMutation({ mutationFn: (document?: Document) => call<{ problems: Problem[] }>('post', '/api/v1/definitions/{kind}/{key}/check', { ...at, body: document ? { document } : {} }).then((answer) => answer.problems) }),
    dryRun: useMutation({ mutationFn: (window: { since: string; until: string; document?: Document }) => call<DryRun>('post', '/api/v1/definitions/{kind}/{key}/dry-run', { ...at, body: window }) }),
    publish: useMutation({ mutationFn: (note: string) => call('post', '/api/v1/definitions/{kind}/{key}/publish', { ...at, body: { note } }), onSettled: fresh }),
    rollBack: useMutation({ mutationFn: (version: number) => call('post', '/api/v1/definitions/{kind}/{key}/roll-back', { ...at, body: { version } }), onSettled: fresh }),
  }
}
