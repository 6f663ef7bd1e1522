/** A record's process as the server tells it, and what people say and show of its actions. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Text } from '@/api/types'
import { call } from '@/lib/api'
import { partKey, refreshRecord } from '@/metadata/records'

export type State = 'empty' | 'claimed' | 'evidence' | 'confirmed' | 'na'
export interface Missing { kind: string; stage: string; action: string | null; detail: string; message: Text; who: string }
export interface Evidence { kind: 'file' | 'event' | 'link'; id?: string; url?: string; name: string; type?: string; size?: number; flags?: string[]; by?: string | null; at?: string; occurred_at?: string }
export interface Said { asked?: boolean; note?: string; evidence?: Evidence[]; claimed_by?: string | null; claimed_at?: string | null; confirmed_by?: string | null; confirmed_at?: string | null; decided_by?: string | null; decided_at?: string | null }
export interface Counted { id: string; type: string; at: string; person: string | null }
export interface ActionView {
  key: string; name: Text; by: string; limit_hours: number | null; state: State; concerns: boolean; done: boolean; required: boolean; need: string[]
  evidence_asked: { label: Text; kinds: string[]; min: number; events: string[] } | null
  confirm: { role: string; within_hours: number | null } | null
  missing: Missing[]; said: Said; counted: Counted[]
  can: { claim: boolean; evidence: boolean; confirm: boolean; decide_na: boolean }
}
export interface RuleView { key: string; message: Text; who: string; holds: boolean }
export interface StageView { key: string; name: Text; progress: number; chance: number | null; learned: { chance: number; low: number; high: number; n: number; won: number } | null; limit_hours: number | null; actions: ActionView[]; exit: RuleView[]; entry: RuleView[] }
export interface Move { to: string; name: Text; forward: boolean; missing: Missing[]; then: Text[] }
export interface ExceptionView { id: string; from_stage: string | null; to_stage: string; reason: string; status: 'asked' | 'granted' | 'refused' | 'used'; asked_by: string | null; asked_at: string; decided_by: string | null; decided_at: string | null; answer: string | null }
export interface Process {
  playbook: { key: string; version: number; name: Text; object: string; field: string; status: string | null; won: string | null } | null
  stage: string | null; unverified?: boolean; closed?: boolean; stage_since?: string | null; stages: StageView[]; moves: Move[]; exceptions: ExceptionView[]
  people?: Record<string, string>; can: { act?: boolean; decide?: boolean }
}

export const useProcess = (object: string, id: string) => useQuery({
  queryKey: partKey(object, id, 'process'),
  queryFn: ({ signal }) => call<Process>('get', '/api/v1/process/{object_key}/{id}', { path: { object_key: object, id }, signal }),
})

export interface MissingAction { stage: string; action: string; name: Text; who?: string; by?: string; people?: string[] }
export interface Health { record: string; owner: string | null; playbook: string; stage: string | null; due: number; done: number; gaps: number; stage_minutes: number | null; limit_minutes: number | null; completeness: number; timeliness: number; score: number; band: 'green' | 'yellow' | 'red'; missing: MissingAction[]; at: string; title?: string | null }

export const useHealthOf = (object: string, id: string, enabled: boolean) => useQuery({
  queryKey: partKey(object, id, 'health'),
  queryFn: ({ signal }) => call<{ rows: Health[] }>('post', '/api/v1/process/{object_key}/health', { path: { object_key: object }, body: { ids: [id] }, signal }).then((answer) => answer.rows[0] ?? null),
  enabled,
})

export interface OwnerHealth { owner: string | null; green: number; yellow: number; red: number; count: number; score: number; due: number; done: number; worst: Health[] }
export interface HealthBoard { total: Omit<OwnerHealth, 'owner' | 'worst'>; owners: OwnerHealth[]; people: Record<string, string>; unverified: number; bands: { green: number; red: number }; capped: boolean }

export const useHealthBoard = (object: string) => useQuery({
  queryKey: ['records', object, 'list', 'health-board'],
  queryFn: ({ signal }) => call<HealthBoard>('get', '/api/v1/process/{object_key}/health-board', { path: { object_key: object }, signal }),
})

type What = 'claim' | 'evidence' | 'confirm' | 'not-applicable' | 'not-applicable/decide'
export interface Step { what: What; action: string; body: Record<string, unknown> }

/** One thing said or shown of an action; the page is read again afterwards. */
export function useStep(object: string, id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ what, action, body }: Step) => call<{ action: string; state: string }>('post', `/api/v1/process/{object_key}/{id}/actions/{action}/${what}` as const, { path: { object_key: object, id, action }, body }),
    onSettled: () => refreshRecord(client, object, id),
  })
}

export interface Stored { id: string; name: string; content_type: string; size: number }

/** Stores files, then shows them as evidence of the action in one step. */
export function useUploadEvidence(object: string, id: string) {
  const step = useStep(object, id)
  return useMutation({
    mutationFn: async ({ action, files }: { action: string; files: File[] }) => {
      const stored = await Promise.all(files.map((file) => call<Stored>('post', '/api/v1/files', { query: { name: file.name }, body: file })))
      return step.mutateAsync({ what: 'evidence', action, body: { items: stored.map((file) => ({ kind: 'file', id: file.id })) } })
    },
  })
}

export function useDecideException(object: string, id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ exception, grant, answer }: { exception: string; grant: boolean; answer: string }) => call('post', '/api/v1/process/exceptions/{id}/decide', { path: { id: exception }, body: { grant, answer } }),
    onSettled: () => refreshRecord(client, object, id),
  })
}
