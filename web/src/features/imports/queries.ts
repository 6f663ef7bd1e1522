/** Imports over HTTP: upload, preview, decisions, run, progress, undo; and files that are handed out. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Problem, Text } from '@/api/types'
import { call } from '@/lib/api'

export interface TargetDocument { field: string; create?: boolean; values?: Record<string, string> }
export type Wanted = string | TargetDocument | (string | TargetDocument)[] | null
export interface Mapping { columns: Record<string, Wanted>; key?: string[]; existing?: string; same?: string; rest?: boolean }
export interface TargetName { target: string; name: Text | null; of: Text | null; kind: string }
export interface Started { id: string; object: string; columns: string[]; rows: number; mapping: Mapping; cells: Record<string, string[]>; sheets: string[]; left_out: { sheet: string; row?: number; why: string }[]; remembered: boolean; targets: TargetName[] }
export interface Guess { column: string; kind: string; text: string; value: unknown }
export interface PreviewRow {
  row: number; sheet: string; line: number; outcome: string; title: string; cells: Record<string, string>; guesses: Guess[]; problems: Problem[]
  same: { title: string; why: string; record: string | null; sheet: string | null; line: number | null; joined: boolean } | null
  notes: { day: string | null; guessed: boolean; kind: string; text: string }[]
}
export interface Question { kind: 'values' | 'column'; column: string; values: Record<string, number>; rows: number }
export interface Preview {
  id: string; mapping: Mapping; mode: string; total: number; alike: number; running: number; problem_count: number
  counts: Record<string, number>; effects: Record<string, number>; guesses: Record<string, number>; made: Record<string, number>; notes: Record<string, number>
  people: { new: string[]; may_make: boolean }; questions: Question[]; rows: Record<string, PreviewRow[]>
}
export interface Run { id: string; object: string; status: string; mode: string; counts: Record<string, number>; errors: string | null; error: string | null; change: string | null; kept: { row: number; column: string; text: string; kind: string }[]; people: string[] }
export interface PastRun { id: string; object: string; status: string; mode: string; counts: Record<string, number>; at: string; name: string | null }

export const startImport = (object: string, name: string, body: Blob) => call<Started>('post', '/api/v1/imports', { query: { object, name }, body, headers: { 'Content-Type': 'application/octet-stream' } })
export const previewImport = (id: string, mapping: Mapping | null, mode: string) => call<Preview>('post', '/api/v1/imports/{id}/preview', { path: { id }, body: { mapping, mode } })
export const editImport = (id: string, body: { cells?: Record<string, Record<string, string>>; decisions?: Record<string, string> }) => call('post', '/api/v1/imports/{id}/edit', { path: { id }, body })
export const runImport = (id: string, mode: string, fire: string[]) => call('post', '/api/v1/imports/{id}/run', { path: { id }, body: { mode, fire } })

/** How far an import is; asked again while it runs, also after the page was opened anew. */
export const useRun = (id: string | null) => useQuery({
  queryKey: ['import', id], enabled: Boolean(id),
  queryFn: ({ signal }) => call<Run>('get', '/api/v1/imports/{id}', { path: { id: id ?? '' }, signal }),
  refetchInterval: (query) => (['queued', 'running'].includes(query.state.data?.status ?? '') ? 300 : false),
})

export const usePastRuns = () => useQuery({ queryKey: ['imports'], queryFn: ({ signal }) => call<{ rows: PastRun[] }>('get', '/api/v1/imports', { signal }) })

export function useUndoImport() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => call<{ restored: number; people: number; cannot: unknown[] }>('post', '/api/v1/imports/{id}/undo', { path: { id } }),
    onSettled: () => { void client.invalidateQueries() },
  })
}

/** Saves what the server made as a file. */
export async function download(path: Parameters<typeof call>[1], options: Parameters<typeof call>[2], name: string) {
  const blob = await call<Blob>('get', path, { ...options, file: true })
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

/** A number of rows as people read it. */
export const many = (count: number | undefined) => (count ?? 0).toLocaleString('en-US')
