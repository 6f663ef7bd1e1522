/** What the editor of objects asks the server: keys for names, what a change of kind would lose, who uses a field. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Text } from '@/api/types'
import { call } from '@/lib/api'
import type { Doc } from '@/metadata/editing'

export const keysFor = (names: string[], taken: string[]) => call<{ keys: string[] }>('post', '/api/v1/definition-keys', { body: { names, taken } }).then((answer) => answer.keys)

export interface SchemaChange { added: string[]; removed: { field: string; values: number }[]; changed: { field: string; from: string; to: string; values: number; lost: number; samples?: string[] }[] }

export const useSchemaChange = (document: Doc, enabled: boolean) => useQuery({
  queryKey: ['objects', 'change', document],
  enabled,
  retry: false,
  placeholderData: keepPreviousData,
  queryFn: ({ signal }) => call<SchemaChange>('post', '/api/v1/definitions/{kind}/{key}/dry-run', { path: { kind: 'object', key: String(document.key) }, body: { document, since: '2000-01-01T00:00:00Z', until: '2000-01-02T00:00:00Z' }, signal }),
})

export interface User { kind: string; key: string; name?: Text; draft?: boolean }
export const useFieldUsers = (object: string, field: string, enabled: boolean) => useQuery({
  queryKey: ['definitions', 'object', object, 'usage', field], enabled,
  queryFn: ({ signal }) => call<{ rows: User[] }>('get', '/api/v1/definitions/{kind}/{key}/usage', { path: { kind: 'object', key: object }, query: { field }, signal }).then((answer) => answer.rows),
})

export interface Trial { problems: { code: string; message?: Text; line?: number; column?: number }[]; samples: { title: string | null; value: unknown }[] }
export const useFormulaTrial = (object: string, expr: string, result: string, enabled: boolean) => useQuery({
  queryKey: ['objects', 'formula', object, expr, result], enabled: enabled && Boolean(expr.trim()), retry: false, placeholderData: keepPreviousData,
  queryFn: ({ signal }) => call<Trial>('post', '/api/v1/formulas/try', { body: { object, expr, result }, signal }),
})
