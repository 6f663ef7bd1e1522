/** Definitions of every kind: one life for all (draft, check, dry run, publish, compare, roll back). */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Problem, Text } from '@/api/types'
import { call } from '@/lib/api'
import type { Doc } from './contract'

export const KINDS = ['object', 'form', 'list_view', 'rule', 'dispatch', 'pool', 'follow_up', 'playbook', 'approval_flow', 'risk', 'guidance', 'calendar', 'role', 'source', 'channel', 'metric', 'coverage', 'audit_plan', 'monitoring', 'daily'] as const
export type Kind = (typeof KINDS)[number]

export interface OverviewRow { kind: string; key: string; name?: Text | null; object?: string | null; version?: number | null; switched_off?: boolean | null; published_at?: string | null; published_by?: string | null; note?: string | null; origin?: string | null; quarantine?: Problem | null; draft_saved_at?: string | null; draft_saved_by?: string | null }
export interface Overview { rev: number; kinds: { kind: string; published: number; drafts: number }[]; rows: OverviewRow[]; quarantined: { kind: string; key: string; reason: Problem }[] }
export interface Draft { version: number; document: Doc; base_version?: number | null; note?: string; saved_at?: string; saved_by?: string | null; revision: string }
export interface Definition { kind: string; key: string; version?: number | null; status?: string; document?: Doc | null; draft?: Draft | null; quarantine?: Problem | null; origin?: string | null; note?: string | null; published_at?: string | null; published_by?: string | null }
export interface Version { version: number; status: string; note?: string | null; origin?: string | null; saved_at?: string | null; saved_by?: string | null; published_at?: string | null; published_by?: string | null }
export interface Use { kind: string; key: string; name?: Text; draft?: boolean; through?: string[] }
export interface Difference { path: string; change: 'added' | 'removed' | 'changed' | 'moved'; before: unknown; after: unknown }
export interface DryRun { acted?: number; records?: number; count?: number; sentence?: Text; [more: string]: unknown }
export interface Window { since: string; until: string }

const at = (kind: string, key: string) => ({ path: { kind, key } })
const rows = <T,>(answer: { rows?: T[] }): T[] => answer.rows ?? []

export const useOverview = () => useQuery({
  queryKey: ['definitions'],
  queryFn: ({ signal }) => call<Overview>('get', '/api/v1/definitions', { signal }),
})

export const useDefinition = (kind: string, key: string) => useQuery({
  queryKey: ['definitions', kind, key],
  queryFn: ({ signal }) => call<Definition>('get', '/api/v1/definitions/{kind}/{key}', { ...at(kind, key), signal }),
})

export const useVersions = (kind: string, key: string, enabled = true) => useQuery({
  queryKey: ['definitions', kind, key, 'history'], enabled,
  queryFn: ({ signal }) => call<{ rows: Version[] }>('get', '/api/v1/definitions/{kind}/{key}/history', { ...at(kind, key), signal }).then(rows),
})

export const useUsage = (kind: string, key: string, field?: string, enabled = true) => useQuery({
  queryKey: ['definitions', kind, key, 'usage', field ?? ''], enabled,
  queryFn: ({ signal }) => call<{ rows: Use[] }>('get', '/api/v1/definitions/{kind}/{key}/usage', { ...at(kind, key), query: { field }, signal }).then(rows),
})

export const useComparison = (kind: string, key: string, a: number | null, b: number | null, round: unknown) => useQuery({
  queryKey: ['definitions', kind, key, 'compare', a, b, round], enabled: a !== null && b !== null && a !== b,
  queryFn: ({ signal }) => call<{ differences: Difference[] }>('get', '/api/v1/definitions/{kind}/{key}/compare', { ...at(kind, key), query: { a, b }, signal }).then((answer) => answer.differences),
})

export interface Saved { draft: Draft; problems: Problem[] }
export interface Put { document: Doc; revision: string; base_version?: number | undefined }
export const putDraft = (kind: string, key: string, body: Put) => call<Saved>('put', '/api/v1/definitions/{kind}/{key}', { ...at(kind, key), body })
export const readDefinition = (kind: string, key: string) => call<Definition>('get', '/api/v1/definitions/{kind}/{key}', at(kind, key))
export const keysFor = (names: string[], taken: string[]) => call<{ keys: string[] }>('post', '/api/v1/definition-keys', { body: { names, taken } }).then((answer) => answer.keys)

export interface Published { rev: number; items: { kind: string; key: string; version: number }[]; warnings: Problem[] }

/** The later steps of a definition's life, on what the server holds. */
export function useLife(kind: string, key: string) {
  const client = useQueryClient()
  const fresh = () => { void client.invalidateQueries({ queryKey: ['definitions'] }); void client.invalidateQueries({ queryKey: ['schema'] }) }
  return {
    dryRun: useMutation({ mutationFn: ({ signal, ...window }: Window & { document?: Doc; signal?: AbortSignal }) => call<DryRun>('post', '/api/v1/definitions/{kind}/{key}/dry-run', { ...at(kind, key), body: window, signal }) }),
    publish: useMutation({ mutationFn: ({ note, items }: { note: string; items?: { kind: string; key: string }[] }) => call<Published>('post', '/api/v1/definitions/{kind}/{key}/publish', { ...at(kind, key), body: { note, items: items ?? [] } }), onSettled: fresh }),
    rollBack: useMutation({ mutationFn: ({ version, note }: { version: number; note: string }) => call<Published>('post', '/api/v1/definitions/{kind}/{key}/roll-back', { ...at(kind, key), body: { version, note } }), onSettled: fresh }),
    discard: useMutation({ mutationFn: () => call('delete', '/api/v1/definitions/{kind}/{key}/draft', at(kind, key)), onSettled: fresh }),
    release: useMutation({ mutationFn: () => call<{ released: boolean }>('post', '/api/v1/definitions/{kind}/{key}/release', at(kind, key)), onSettled: fresh }),
    retire: useMutation({ mutationFn: () => call('delete', '/api/v1/definitions/{kind}/{key}', at(kind, key)), onSettled: fresh }),
  }
}
