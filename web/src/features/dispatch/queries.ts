/** What the server says of a table on the screen: one lead tried, the last month tried, a table drafted from own data. */
import { useMutation, useQuery } from '@tanstack/react-query'
import type { Candidate, RecordRow, Text } from '@/api/types'
import { call } from '@/lib/api'
import { clockNow } from '@/lib/clock'

type Doc = Record<string, unknown>
export interface Tried {
  winner: string | null; person: { id: string; name: string } | null; pool: string | null; outcome: Text
  rows: { key: string; matched: boolean; broken?: string | null; parts: { holds: boolean; zh: string; en: string }[] }[]
  passed: { row: string; code: string }[]
  candidates: (Candidate & { name: string })[]
}
export interface Month { leads: number; by_row: Record<string, number>; by_person: Record<string, number>; pooled: number; held: number; changed: number | null; moves: Record<string, number>; samples: { id: string; title: string | null; row: string | null; person: string | null; pool: string | null; before?: string | null }[] }
export interface Drafted { document: Doc; explanation: Text; rows: { key: string; zh: string; en: string }[]; records: number }

const MONTH = 30 * 86_400_000

export const useTry = () => useMutation({ mutationFn: (body: { document: Doc; lead?: string; values?: Doc }) => call<Tried>('post', '/api/v1/dispatch/try', { body }) })

export const useMonth = (key: string) => useMutation({
  mutationFn: (document: Doc) => {
    const until = clockNow()
    return call<Month>('post', '/api/v1/definitions/{kind}/{key}/dry-run', { path: { kind: 'dispatch', key }, body: { document, since: new Date(until - MONTH).toISOString(), until: new Date(until).toISOString() } })
  },
})

export const useDraft = (key: string) => useMutation({ mutationFn: () => call<Drafted>('post', '/api/v1/dispatch/draft', { body: { key } }) })

export const useRecentLeads = (object: string, search: string) => useQuery({
  queryKey: ['records', object, 'pick', search, 'dispatch'],
  queryFn: () => call<{ rows: RecordRow[] }>('get', '/api/v1/records/{object_key}', { path: { object_key: object }, query: { search, sort: '-created_at', limit: 15 } }),
})
