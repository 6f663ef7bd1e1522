/** The rows behind a figure with the fields that are shown of them, in one page. */
import { useQuery } from '@tanstack/react-query'
import type { Page } from '@/api/types'
import { call } from '@/lib/api'

export const useRecordRows = (object: string, filter: string | undefined, fields: string[], sort?: string) => useQuery({
  queryKey: ['records', object, 'list', { filter, fields, sort }],
  queryFn: ({ signal }) => call<Page>('get', '/api/v1/records/{object_key}', { path: { object_key: object }, query: { filter, fields: fields.join(','), limit: 500, sort }, signal }),
  enabled: Boolean(filter),
})
