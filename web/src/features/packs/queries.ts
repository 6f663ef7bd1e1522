/** Packs installed here, what one would do, and installing it. */
import { useQuery } from '@tanstack/react-query'
import type { Problem, Text } from '@/api/types'
import { call } from '@/lib/api'

export interface Installed { key: string; name?: Text | null; version: string; layer: string; definitions: number; edited: number; available?: string | null }
export interface Change { path: string; change: string; before: unknown; after: unknown }
export interface PackRow { kind: string; key: string; name?: Text | null; state: 'new' | 'changed' | 'edited' | 'unchanged' | 'kept' | 'left_out'; differences: Change[]; conflicts: Change[]; reason?: string }
export interface PackPreview { pack: { key: string; name?: Text; version: string; layer: string }; people: boolean; rows: PackRow[]; problems: Problem[] }
export interface Report { published: unknown[]; drafted: unknown[]; unchanged: unknown[]; kept: unknown[] }
export type Source = { file: File } | { shipped: string }

export const usePacks = () => useQuery({ queryKey: ['packs'], queryFn: ({ signal }) => call<{ rows: Installed[] }>('get', '/api/v1/packs', { signal }).then((answer) => answer.rows) })

const asked = (source: Source) => ('file' in source ? { body: source.file } : {})
const shipped = (source: Source) => ('shipped' in source ? source.shipped : undefined)
export const previewPack = (source: Source) => call<PackPreview>('post', '/api/v1/packs/preview', { query: { shipped: shipped(source) }, ...asked(source) })
export const installPack = (source: Source, skip: string[], take: string[]) => call<Report>('post', '/api/v1/packs/import', { query: { shipped: shipped(source), skip, take }, ...asked(source) })
export const exportPath = (items: string[]) => `/api/v1/packs/export?${new URLSearchParams([['key', 'export'], ...items.map((item) => ['items', item])]).toString()}`
