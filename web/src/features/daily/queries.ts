/** What the screens of a day ask and tell the server: focus customers, figures, reports, the board of a team. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Json, Text } from '@/api/types'
import { call } from '@/lib/api'

/** The most characters of a reason or a comment; the server refuses more. */
export const LONGEST = 4000
export interface Reason { code: string; zh: string; en: string; figures: Record<string, Json>; points: number }
export interface News { type: string; occurred_at: string; claimed: boolean; kind?: string | null; direction?: string | null; answered?: boolean | null; title?: string | null }
export interface FocusRow { id: string; object: 'customer' | 'lead'; record: string; status: 'proposed' | 'confirmed'; title: string; score: number; reasons: Reason[]; news: News[]; news_count: number; since: string }
export interface Focus { day: string; rows: FocusRow[]; spares: number; skipped: number; decided: boolean }
export interface Figure { key: string; name: Text; unit?: string; value: number | null; object: string; filter: string }
export type Period = 'day' | 'week'
export interface Deed { deed: string; n: number; records: number }
export interface Comment { at: string; person: string; name: string; text: string }
export interface Report { id: string | null; period: Period; day: string; facts: Deed[]; own: string; plan: string; sent_at: string | null; comments: Comment[] }
export interface TeamReport extends Omit<Report, 'period' | 'day'> { person: string; name: string }
export interface TeamReports { period: Period; day: string; sent: number; missing: number; rows: TeamReport[] }
export interface Load { person: string; name: string; title?: string | null; capacity: number | null; on_leave_until: string | null; open: number; waiting: number; today: number; good: number; share: number | null; filters: Record<'open' | 'waiting' | 'today' | 'good', string> }
export interface Board { people: Load[]; given_today: number; figures: Figure[] }
export interface Fairness { leads: number; good: number; top3_share: number | null; gini: number | null; gini_all: number | null; people: { person: string; name: string; leads: number; good: number; share: number; present_minutes: number; rate: number | null }[] }

export const useFocus = (enabled: boolean) => useQuery({ queryKey: ['daily', 'focus'], queryFn: ({ signal }) => call<Focus>('get', '/api/v1/daily/focus', { signal }), enabled, refetchInterval: 120_000 })

export function useDecideFocus() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, action, reason }: { id: string; action: 'confirm' | 'swap' | 'skip' | 'reopen' | 'looked'; reason?: string }) => call<{ id: string; status: string; instead?: string | null }>('post', '/api/v1/daily/focus/{id}', { path: { id }, body: { action, ...(reason ? { reason } : {}) } }),
    onSettled: () => void client.invalidateQueries({ queryKey: ['daily', 'focus'] }),
  })
}

export const useFigures = (enabled: boolean) => useQuery({ queryKey: ['daily', 'figures'], queryFn: ({ signal }) => call<{ figures: Figure[] }>('get', '/api/v1/daily/figures', { signal }), enabled, retry: false, refetchInterval: 120_000 })

export const useMyReport = (period: Period, day?: string) => useQuery({ queryKey: ['daily', 'report', period, day ?? ''], queryFn: ({ signal }) => call<Report>('get', '/api/v1/daily/reports/mine', { query: { period, ...(day ? { day } : {}) }, signal }) })

export function useWriteReport() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { day: string; period: Period; own: string; plan: string; send: boolean }) => call<Report>('post', '/api/v1/daily/reports/mine', { body }),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['daily'] }),
  })
}

export const useTeamReports = (period: Period, day: string | undefined, enabled: boolean) => useQuery({ queryKey: ['daily', 'reports', period, day ?? ''], queryFn: ({ signal }) => call<TeamReports>('get', '/api/v1/daily/reports', { query: { period, ...(day ? { day } : {}) }, signal }), enabled, retry: false, refetchInterval: 60_000 })

export function useComment() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, text }: { id: string; text: string }) => call<{ comments: Comment[] }>('post', '/api/v1/daily/reports/{id}/comment', { path: { id }, body: { text } }),
    onSettled: () => void client.invalidateQueries({ queryKey: ['daily', 'reports'] }),
  })
}

export const useRemind = () => useMutation({ mutationFn: (body: { day: string; period: Period; people: string[] }) => call<{ asked: number }>('post', '/api/v1/daily/reports/remind', { body }) })

export const useBoard = () => useQuery({ queryKey: ['daily', 'board'], queryFn: ({ signal }) => call<Board>('get', '/api/v1/daily/board', { signal }), refetchInterval: 60_000 })
export const useFairness = () => useQuery({ queryKey: ['daily', 'fairness'], queryFn: ({ signal }) => call<Fairness>('get', '/api/v1/fairness', { signal }), retry: false })

export interface FairnessLead { id: string; company?: string | null; name?: string | null; at: string; action: 'dispatched' | 'reassigned' | 'picked' }
export const useFairnessLeads = (person: string, good: boolean) => useQuery({ queryKey: ['daily', 'fairness', person, good], queryFn: ({ signal }) => call<{ rows: FairnessLead[]; count: number; unseen: number }>('get', '/api/v1/fairness/{person}/leads', { path: { person }, query: { ...(good ? { good: true } : {}) }, signal }) })
