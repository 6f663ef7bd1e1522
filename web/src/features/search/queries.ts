/** Search over everything the reader may see. */
import { useQuery } from '@tanstack/react-query'
import { call } from '@/lib/api'

export interface Hit { object: string; id: string; title: string | null; note?: string | null; matched?: { field: string; value: string } | null }

export const useHits = (text: string) => useQuery({
  queryKey: ['search', text],
  queryFn: ({ signal }) => call<{ rows: Hit[] }>('get', '/api/v1/search', { query: { q: text }, signal }).then((answer) => answer.rows),
  enabled: text.length > 1,
  placeholderData: (previous) => previous,
})

/** Where a record opens. */
export const pathOf = (object: string, id: string) => (object === 'lead' ? `/leads/${id}` : `/records/${object}/${id}`)
