/** The coach over HTTP: a stuck deal, the review, the register of what is recorded, diligence. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Text } from '@/api/types'
import { call } from '@/lib/api'
import { partKey } from '@/metadata/records'

/** The most letters of a word about a deal or a pattern. */
export const LONGEST = 1000

export interface Coach {
  stage: string | null; open: boolean; hours: number; stuck: boolean; stuck_hours: number
  similar: { features: string[]; n: number; n_lost: number; days: number | null; steps: { type: string; won: number; lost: number }[]; cases: { id: string; title: string | null; amount: number | null; owner: string | null }[]; least: number }
  objections: { record: string; title: string | null; topic: string; words: string | null; at: string; how: string | null; resolved_at: string | null }[]
  review: { reviewer: { id: string; name: string } | null; asked: { task: string; due_at: string | null; reviewer: string | null } | null; can: boolean }
}
export interface Register { key: string; version: number; name: Text; records: Text; why: Text; keep_days: number; seen_by: { key: string; name: Text }[]; pattern: Record<string, number>; confirmed_at: string | null; confirmed: number; people: number }
export interface Figures { calls: number; days: number; per_day: number; short: number; short_share: number; short_seconds: number; followed: number; followed_share: number; median_seconds: number; since: string; until: string; least: number; enough: boolean; holds: boolean }
export interface Pattern { id: string | null; register: string; name: Text; figures: Figures | null; seen_at: string | null; word: string; person_name?: string }
export interface Diligence { mine: Pattern[]; team: Pattern[]; waiting: number; own_days: number; registers: number }

export const useCoach = (object: string, id: string) => useQuery({ queryKey: partKey(object, id, 'coach'), queryFn: ({ signal }) => call<Coach>('get', '/api/v1/coach/{object_key}/{id}', { path: { object_key: object, id }, signal }) })
export const useRegisters = () => useQuery({ queryKey: ['monitoring'], queryFn: ({ signal }) => call<{ rows: Register[] }>('get', '/api/v1/monitoring', { signal }) })
export const useDiligence = () => useQuery({ queryKey: ['diligence'], queryFn: ({ signal }) => call<Diligence>('get', '/api/v1/diligence', { signal }) })

export function useReview(object: string, id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (note: string) => call<{ reviewer: string; change: string }>('post', '/api/v1/coach/{object_key}/{id}/review', { path: { object_key: object, id }, body: { note } }),
    onSuccess: () => { void client.invalidateQueries({ queryKey: partKey(object, id, 'coach') }); void client.invalidateQueries({ queryKey: ['records', 'task'] }) },
  })
}
export function useConfirm() {
  const client = useQueryClient()
  return useMutation({ mutationFn: (key: string) => call('post', '/api/v1/monitoring/{key}/confirm', { path: { key } }), onSuccess: () => { void client.invalidateQueries({ queryKey: ['monitoring'] }); void client.invalidateQueries({ queryKey: ['diligence'] }) } })
}
export function useSeen() {
  const client = useQueryClient()
  return useMutation({ mutationFn: ({ id, word }: { id: string; word: string }) => call('post', '/api/v1/diligence/{id}/seen', { path: { id }, body: { word } }), onSuccess: () => client.invalidateQueries({ queryKey: ['diligence'] }) })
}
