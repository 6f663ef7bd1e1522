/** The inbox of the signed-in person. */
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import type { InboxItem } from '@/api/types'
import { call } from '@/lib/api'

export interface InboxPage { rows: InboxItem[]; next?: string | null; unread?: number }

export const useInbox = (unread: boolean) => useInfiniteQuery({
  queryKey: ['inbox', unread],
  queryFn: ({ pageParam, signal }) => call<InboxPage>('get', '/api/v1/inbox', { query: { ...(unread ? { unread: true } : {}), after: pageParam }, signal }),
  initialPageParam: '',
  getNextPageParam: (page) => page.next ?? undefined,
})

export function useMarkRead() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (what: { ids: string[] } | { all: true }) => call('post', '/api/v1/inbox/read', { body: what }),
    onSettled: () => { void client.invalidateQueries({ queryKey: ['inbox'] }); void client.invalidateQueries({ queryKey: ['session'] }) },
  })
}
