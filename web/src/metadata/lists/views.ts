/** The views of a list: what is published, what is one's own, and the changes not saved yet. */
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import type { Layout, ListView, Schema, Text, Total } from '@/api/types'
import { call } from '@/lib/api'
import { askList, type ListQuery } from '../records'
import { objectMeta, type ObjectMeta } from '../schema'

export type Draft = Partial<Pick<ListView, 'columns' | 'widths' | 'layout' | 'group_by' | 'date_field' | 'color_by' | 'totals' | 'density'>> & { group_by?: string | undefined; date_field?: string | undefined; color_by?: string | undefined }

export const sortsOf = (view: Pick<ListView, 'sort'> | undefined): string[] => (Array.isArray(view?.sort) ? view.sort : view?.sort ? [view.sort] : [])

/** The document of a view as a definition has it; `filter` and `sort` as the list shows them now. */
export function documentOf(view: ListView, name: Text, filter: string, sort: string[]): Record<string, unknown> {
  const columns = view.columns.map((field) => (view.widths?.[field] ? { field, width: view.widths[field] } : field))
  const found: Record<string, unknown> = { name, object: view.object, columns, sort }
  if (filter) found.filter = filter
  for (const part of ['layout', 'group_by', 'date_field', 'color_by', 'density'] as const) if (view[part]) found[part] = view[part]
  if (view.totals && Object.keys(view.totals).length) found.totals = view.totals
  return found
}

export const both = (one: string | null | undefined, other: string | null | undefined) => (one && other ? `(${one}) && (${other})` : one || other || '')

/** The view a list shows: the chosen one, else one's default, else the first; without any one of the object's fields. */
export function chosenView(meta: ObjectMeta | null, key: string | undefined, fallback: string[]): ListView | undefined {
  if (!meta) return undefined
  const { list_views: views, default_view: usual } = meta.definition
  return views.find((each) => each.key === key) ?? views.find((each) => each.key === usual) ?? views[0] ?? { key: '', name: {}, object: meta.definition.key, columns: fallback }
}

const STORE = 'xingji.view-draft'
/** Where a browser keeps nothing, for as long as the page. */
const held = new Map<string, Draft>()
const kept = (name: string): Draft => { try { return (JSON.parse(sessionStorage.getItem(`${STORE}.${name}`) ?? 'null') as Draft | null) ?? held.get(name) ?? {} } catch { return held.get(name) ?? {} } }

/** What was changed of a view and not saved; it survives a reload of the page. */
export function useDraft(object: string, view: string) {
  const name = `${object}.${view}`
  const [state, setState] = useState<{ name: string; draft: Draft }>(() => ({ name, draft: kept(name) }))
  const draft = state.name === name ? state.draft : kept(name)
  const change = useCallback((next: Draft | null) => {
    const whole = next === null ? {} : { ...kept(name), ...next }
    held.set(name, whole)
    try { sessionStorage.setItem(`${STORE}.${name}`, JSON.stringify(whole)) } catch { /* kept in `held` */ }
    setState({ name, draft: whole })
  }, [name])
  return { draft, change, dirty: Object.keys(draft).length > 0 }
}

export interface Columned { columns: string[]; layout: Layout; totals: Record<string, Total> }

export interface ListSearch { view?: string; q?: string; sort?: string; f?: string }

/** What a view asks the server for, with what the address adds; `open`: a condition that leaves closed groups out. */
export function askOf(meta: ObjectMeta | null, base: ListView | undefined, view: ListView | undefined, search: ListSearch, open = ''): { sort: string[]; query: ListQuery } {
  const usual = sortsOf(base)
  const sort = search.sort ? search.sort.split(',') : usual.length ? usual : ['-created_at']
  const group = (view?.layout ?? 'table') === 'table' && view?.group_by ? meta?.fields.get(view.group_by)?.key : undefined
  const ordered = group ? [group, ...sort.filter((part) => part.replace(/^-/, '') !== group)].slice(0, 5) : sort
  return { sort, query: { ...(base?.key ? { view: base.key } : {}), filter: both(search.f, open), search: search.q ?? '', sort: ordered.join(',') } }
}

/** The first page of the list that an address shows, asked for while its screen is still on the way. */
export function askAhead(schema: Schema, object: string, fallback: string[], search: ListSearch): Promise<unknown> | undefined {
  const meta = objectMeta(schema, object)
  const base = chosenView(meta, search.view, fallback)
  const view = base && ({ ...base, ...kept(`${object}.${base.key}`) } as ListView)
  return view && (view.layout ?? 'table') === 'table' ? askList(object, askOf(meta, base, view, search).query) : undefined
}

/** The writes around views; each one has the schema read again. */
export function useViewWrites(object: string) {
  const client = useQueryClient()
  const refresh = useCallback(() => client.invalidateQueries({ queryKey: ['schema'] }), [client])
  const create = useCallback(async (document: Record<string, unknown>) => { const { key } = await call<{ key: string }>('post', '/api/v1/views', { body: { document } }); await refresh(); return key }, [refresh])
  const replace = useCallback(async (key: string, document: Record<string, unknown>) => { await call('put', '/api/v1/views/{id}', { path: { id: key.slice(3) }, body: { document } }); await refresh() }, [refresh])
  const remove = useCallback(async (key: string) => { const { document } = await call<{ document: Record<string, unknown> }>('delete', '/api/v1/views/{id}', { path: { id: key.slice(3) } }); await refresh(); return document }, [refresh])
  const makeDefault = useCallback(async (view: string | null) => { await call('put', '/api/v1/views/default', { body: { object, view } }); await refresh() }, [object, refresh])
  /** A shared view is a published definition, new or with a new document. */
  const share = useCallback(async (key: string, document: Record<string, unknown>, note: string) => {
    await call('put', '/api/v1/definitions/{kind}/{key}', { path: { kind: 'list_view', key }, body: { document: { ...document, kind: 'list_view', key } } })
    await call('post', '/api/v1/definitions/{kind}/{key}/publish', { path: { kind: 'list_view', key }, body: { note, items: [] } })
    await refresh()
  }, [refresh])
  return { create, replace, remove, makeDefault, share }
}
