/** Templates, signing up, the roadmap and sample data. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Text } from '@/api/types'
import { call } from '@/lib/api'

export type Size = 's' | 'm' | 'l'
export interface TemplateSize {
  key: Size; name: Text; counts: Record<string, number>; sources: Text[]; dispatch_rows: Text[]; fields: Text[]; roles: Text[]; units: string[]; stages: Text[]
  sample: { leads: number; customers: number }
}
export interface Template { key: string; name: Text; summary: Text; sizes: TemplateSize[] }
export interface SignUp { organisation: string; person: string; login: string; password: string; template: string | null; size: Size; sample: boolean }
export interface Progress { workspace: string; status: 'queued' | 'running' | 'done' | 'failed'; step: string; steps_done: number; steps: number; error: { code: string } | null }
export type StepState = 'done' | 'next' | 'open' | 'later'
export interface Step { key: string; name: Text; why: Text; to: string; state: StepState }
export interface Roadmap {
  template: string | null; size: Size; own_size: Size; name: Text; done: number; of: number
  stages: { key: string; name: Text; steps: Step[] }[]
  sample: { counts: Record<string, number>; at: string } | null
  can: { remove_sample: boolean }
}

/** Where a step leads, as the router takes it: the address and what is asked of it apart. */
export function placeOf(to: string) {
  const [path = '/', asked = ''] = to.split('?')
  return { to: path as never, search: Object.fromEntries(new URLSearchParams(asked)) as never }
}

export const useTemplates = () => useQuery({ queryKey: ['templates'], staleTime: Infinity, queryFn: ({ signal }) => call<{ rows: Template[] }>('get', '/api/v1/templates', { signal, anonymous: true }) })
export const useSignUp = () => useMutation({ mutationFn: (body: SignUp) => call<{ ticket: string; workspace: string }>('post', '/api/v1/sign-up', { body, anonymous: true }) })
export const useProgress = (ticket: string | null) => useQuery({
  queryKey: ['sign-up', ticket], enabled: Boolean(ticket),
  queryFn: ({ signal }) => call<Progress>('get', '/api/v1/sign-up/{ticket}', { path: { ticket: ticket ?? '' }, signal, anonymous: true }),
  refetchInterval: (query) => (query.state.data && ['done', 'failed'].includes(query.state.data.status) ? false : 700),
})
export const useRoadmap = (size: Size | '') => useQuery({ queryKey: ['roadmap', size], queryFn: ({ signal }) => call<Roadmap>('get', '/api/v1/roadmap', { query: { size }, signal }) })
export function useRemoveSample() {
  const client = useQueryClient()
  return useMutation({ mutationFn: () => call<{ removed: Record<string, number> }>('delete', '/api/v1/sample-data'), onSettled: () => client.invalidateQueries() })
}
