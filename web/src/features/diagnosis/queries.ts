/** The diagnosis over HTTP: figures, the morning page, silences, wake-up tasks. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call } from '@/lib/api'

export interface Counted { count: number; filter: string; money?: number }
export interface Figure { key: string; object: string; filter: string; count: number; money: number; of: number; unknown?: Counted; left_out?: Counted; share?: number | null; holders?: number; people?: { person: string; name: string; count: number; money: number }[] }
export interface Gap { key: string; object: string | null; filter: string | null; count: number | null }
export interface Report { at: string; figures: Figure[]; totals: { customers: number; deals: number; open_deals: number; open_money: number }; cannot: Gap[]; days: number; cycle: number }
export interface Changed { key: string; object: string; filter: string; count: number; money: number; in_days?: number; rows: { id: string; title: string; owner: string | null }[] }
export interface Morning { at: string; changed: Changed[]; coming: Changed[]; needs_me: { id: string; title: string; money: number | null; owner: string | null; day: string | null }[]; figures: { key: string; object: string; filter: string; count: number; money: number }[] }
export interface Woken { change: string | null; tasks: number; without_owner: number; already: number; text: string }
export interface Silences { days: number; times: number; customers: number; looked_at: number; people: { person: string; name: string; count: number }[] }

export const useDiagnosis = () => useQuery({ queryKey: ['diagnosis'], queryFn: ({ signal }) => call<Report>('get', '/api/v1/diagnosis', { signal }) })
export const useMorning = (tomorrow: boolean) => useQuery({ queryKey: ['diagnosis', 'morning', tomorrow], queryFn: ({ signal }) => call<Morning>('get', '/api/v1/diagnosis/morning', { query: { tomorrow }, signal }) })
export const useSilences = () => useQuery({ queryKey: ['diagnosis', 'silences'], queryFn: ({ signal }) => call<Silences>('get', '/api/v1/diagnosis/silences', { signal }) })

export function useWake() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (customers: string[]) => call<Woken>('post', '/api/v1/diagnosis/wake', { body: { customers, days: 3 } }),
    onSuccess: () => { void client.invalidateQueries({ queryKey: ['records', 'task'] }) },
  })
}
