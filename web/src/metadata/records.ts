/** Reading and writing records of any object: keyset lists, one record, its parts, and writes that show at once. */
import { infiniteQueryOptions, queryOptions, useInfiniteQuery, useMutation, useQuery, useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query'
import type { HistoryRow, Page, RecordRow, RunRow, TimelinePage, Written } from '@/api/types'
import { ApiError, call, idempotencyKey } from '@/lib/api'
import { knowVersion, queryClient } from '@/lib/query'
import { withGuidance } from './guidance'

export interface ListQuery { filter?: string; sort?: string; search?: string; view?: string; limit?: number }

export const listKey = (object: string, query: ListQuery) => ['records', object, 'list', query] as const
export const recordKey = (object: string, id: string) => ['records', object, 'one', id] as const
export const partKey = (object: string, id: string, part: string) => ['records', object, 'part', id, part] as const

const listOptions = (object: string, query: ListQuery) => infiniteQueryOptions({
  queryKey: listKey(object, query),
  queryFn: ({ pageParam, signal }) => call<Page>('get', '/api/v1/records/{object_key}', {
    path: { object_key: object }, query: { limit: 50, ...query, after: pageParam, ...(pageParam ? {} : { count: 'capped' }) }, signal,
  }),
  initialPageParam: '',
  getNextPageParam: (page) => page.next ?? undefined,
})

export const useRecordList = (object: string, query: ListQuery, enabled = true) => useInfiniteQuery({ ...listOptions(object, query), enabled, placeholderData: (previous) => previous })

/** The first page of a list before its screen is drawn. */
export const askList = (object: string, query: ListQuery) => queryClient.prefetchInfiniteQuery(listOptions(object, query))

/** One page without scrolling on: side lists, previews. */
const pageOptions = (object: string, query: ListQuery) => queryOptions({
  queryKey: [...listKey(object, query), 'page'],
  queryFn: ({ signal }) => call<Page>('get', '/api/v1/records/{object_key}', { path: { object_key: object }, query: { limit: 20, count: 'capped', ...query }, signal }),
})
export const useRecordPage = (object: string, query: ListQuery, enabled = true) => useQuery({ ...pageOptions(object, query), enabled, placeholderData: (previous: Page | undefined) => previous })
export const askPage = (object: string, query: ListQuery) => queryClient.prefetchQuery(pageOptions(object, query))

/** All rows once each, in order: a row that moved between two page reads is kept where it was seen first. */
export function joinPages(data: InfiniteData<Page> | undefined) {
  const seen = new Set<string>()
  const rows: RecordRow[] = []
  const people: Record<string, string> = {}
  const related: Record<string, string> = {}
  for (const page of data?.pages ?? []) {
    Object.assign(people, page.people)
    Object.assign(related, page.related)
    for (const row of page.rows) if (!seen.has(row.id)) { seen.add(row.id); rows.push(row) }
  }
  const first = data?.pages[0]
  return { rows, people, related, count: first?.count ?? null, capped: first?.count_capped ?? false }
}

export interface RecordAnswer extends RecordRow { people?: Record<string, string>; related?: Record<string, string> }

export const useRecord = (object: string, id: string) => useQuery({
  queryKey: recordKey(object, id),
  queryFn: ({ signal }) => call<RecordAnswer>('get', '/api/v1/records/{object_key}/{id}', { path: { object_key: object, id }, signal }),
})

export const useTimeline = (object: string, id: string, enabled = true) => useInfiniteQuery({
  queryKey: partKey(object, id, 'timeline'),
  queryFn: ({ pageParam, signal }) => call<TimelinePage>('get', '/api/v1/records/{object_key}/{id}/timeline', { path: { object_key: object, id }, query: { limit: 50, after: pageParam }, signal }),
  initialPageParam: '',
  getNextPageParam: (page) => page.next ?? undefined,
  enabled,
})

export const useHistory = (object: string, id: string) => useQuery({
  queryKey: partKey(object, id, 'history'),
  queryFn: ({ signal }) => call<{ rows: HistoryRow[]; people?: Record<string, string> }>('get', '/api/v1/records/{object_key}/{id}/history', { path: { object_key: object, id }, signal }),
})

export const useRuns = (object: string, id: string) => useQuery({
  queryKey: partKey(object, id, 'runs'),
  queryFn: ({ signal }) => call<{ rows: RunRow[] }>('get', '/api/v1/records/{object_key}/{id}/runs', { path: { object_key: object, id }, signal }),
})

const merge = (row: RecordRow, values: Record<string, unknown>): RecordRow => ({ ...row, ...values })

/** Show values in every list and record on screen before the server has answered. Returns how to take them back. */
export function showAtOnce(client: QueryClient, object: string, id: string, values: Record<string, unknown>): () => void {
  const lists = client.getQueriesData<InfiniteData<Page>>({ queryKey: ['records', object, 'list'] })
  const one = client.getQueryData<RecordRow>(recordKey(object, id))
  for (const [key, data] of lists) {
    if (!data?.pages) continue
    client.setQueryData<InfiniteData<Page>>(key, { ...data, pages: data.pages.map((page) => ({ ...page, rows: page.rows.map((row) => (row.id === id ? merge(row, values) : row)) })) })
  }
  if (one) client.setQueryData(recordKey(object, id), merge(one, values))
  return () => {
    for (const [key, data] of lists) client.setQueryData(key, data)
    if (one) client.setQueryData(recordKey(object, id), one)
  }
}

export const useRelated = (object: string, id: string, inverse: string) => useQuery({
  queryKey: partKey(object, id, `related.${inverse}`),
  queryFn: ({ signal }) => call<Page & { object: string }>('get', '/api/v1/records/{object_key}/{id}/related/{inverse}', { path: { object_key: object, id, inverse }, query: { limit: 10 }, signal }),
})

/** `was`: the record as the person saw it. While what is written still stands so, a change of anything else is no conflict. */
export interface Patch { id: string; version: number; values: Record<string, unknown>; was?: RecordRow }

const word = (value: unknown) => JSON.stringify(Array.isArray(value) && !value.length ? null : (value ?? null))

/** The version to write on after a refusal for an older one, when every field written still is as it was seen. */
export function versionToWriteOn(error: unknown, { values, was }: Patch): number | null {
  if (!was || !(error instanceof ApiError) || error.code !== 'records.version_conflict') return null
  const { version, diff } = error.data as { version?: number; diff?: Record<string, { current: unknown }> }
  return version && diff && Object.keys(values).every((key) => !(key in diff) || word(diff[key]!.current) === word(was[key])) ? version : null
}

const patch = (object: string, { id, version, values }: Patch) => withGuidance((headers) => call<Written>('patch', '/api/v1/records/{object_key}/{id}', {
  path: { object_key: object, id }, body: values, headers: { ...headers, 'If-Match': `"${version}"` },
}))

async function writeOn(object: string, asked: Patch, tries = 3): Promise<Written> {
  try {
    return await patch(object, asked)
  } catch (error) {
    const version = tries ? versionToWriteOn(error, asked) : null
    if (!version) throw error
    return writeOn(object, { ...asked, version }, tries - 1)
  }
}

export function useUpdateRecord(object: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (asked: Patch) => writeOn(object, asked),
    onMutate: ({ id, values }) => ({ back: showAtOnce(client, object, id, values) }),
    onError: (_error, _patch, context) => context?.back(),
    onSuccess: (written, { id }) => { knowVersion(object, id, written.version ?? written.record?.version) },
    onSettled: (_written, _error, { id }) => {
      void client.invalidateQueries({ queryKey: ['records', object, 'list'] })
      void client.invalidateQueries({ queryKey: recordKey(object, id) })
      void client.invalidateQueries({ queryKey: ['records', object, 'part', id] })
    },
  })
}

export function useCreateRecord(object: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ values, key }: { values: Record<string, unknown>; key?: string }) => withGuidance((headers) => call<Written>('post', '/api/v1/records/{object_key}', {
      path: { object_key: object }, body: values, headers: { ...headers, 'Idempotency-Key': key ?? idempotencyKey() },
    })),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['records', object, 'list'] }),
  })
}

/** Everything a record's screen shows is read again. */
export function refreshRecord(client: QueryClient, object: string, id: string) {
  void client.invalidateQueries({ queryKey: recordKey(object, id) })
  void client.invalidateQueries({ queryKey: ['records', object, 'part', id] })
  void client.invalidateQueries({ queryKey: ['records', object, 'list'] })
  void client.invalidateQueries({ queryKey: ['timers'] })
}
