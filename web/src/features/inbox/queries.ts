/** The inbox of the signed-in person. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { InboxItem, Text } from '@/api/types'
import { call } from '@/lib/api'

export interface InboxPage { rows: InboxItem[]; next?: string | null; unread?: number; unread_by_kind?: Record<string, number> }

export const useInbox = (unread: boolean, kind = '') => useInfiniteQuery({
  queryKey: ['inbox', unread, kind],
  queryFn: ({ pageParam, signal }) => call<InboxPage>('get', '/api/v1/inbox', { query: { ...(unread ? { unread: true } : {}), ...(kind ? { kind } : {}), after: pageParam }, signal }),
  initialPageParam: '',
  getNextPageParam: (page) => page.next ?? undefined,
  placeholderData: (previous) => previous,
})

export function useMarkRead() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (what: { ids: string[] } | { all: true }) => call('post', '/api/v1/inbox/read', { body: what }),
    onSettled: () => { void client.invalidateQueries({ queryKey: ['inbox'] }); void client.invalidateQueries({ queryKey: ['session'] }) },
  })
}

/** How one wants to be told, and what there is to choose. */
export interface NoticeSettings { muted: string[]; channels_off: string[]; quiet: { mode: 'none' | 'outside_hours' | 'hours'; from?: string; to?: string }; most_per_hour: number }
export interface NoticeChoices { settings: NoticeSettings; kinds: string[]; held: number; channels: { key: string; name?: Text | string }[]; calendar: { key: string; name?: Text | string } }

export const useNoticeSettings = () => useQuery({ queryKey: ['notices', 'settings'], queryFn: ({ signal }) => call<NoticeChoices>('get', '/api/v1/notices/settings', { signal }) })

export function usePutNoticeSettings() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (settings: NoticeSettings) => call<NoticeChoices>('put', '/api/v1/notices/settings', { body: settings }),
    onSuccess: (choices) => client.setQueryData(['notices', 'settings'], choices),
  })
}
