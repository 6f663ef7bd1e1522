/** Approvals as the server tells them, and every step of theirs. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Text } from '@/api/types'
import { call } from '@/lib/api'
import { partKey } from '@/metadata/records'

export type Box = 'waiting' | 'asked' | 'done' | 'copied'
export interface Vote { person: string; stands_for: string | null; by: string | null; state: 'waiting' | 'yes' | 'no' | 'passed_on' | 'not_needed'; comment: string | null; file: string | null; due_at: string | null; opened_at: string; at: string | null; late_at: string | null }
export interface Node { key: string; name: Text; mode: 'all' | 'any'; hours: number | null; state: 'open' | 'done' | 'ahead' | 'ended'; waiting_since: string | null; votes: Vote[] }
export interface Approval {
  id: string; flow: string; version: number; object: string; record: string; title: string; status: 'running' | 'approved' | 'refused' | 'withdrawn' | 'reopened'; at: number; nodes: Node[]
  snapshot: Record<string, unknown>; reason: string; asked_by: string; asked_at: string; ended_at: string | null; cc: string[]; people: Record<string, string>
  can: { vote: boolean; withdraw: boolean; urge: boolean }; due_at: string | null
}

export const useApprovals = (box: Box) => useQuery({ queryKey: ['approvals', box], queryFn: ({ signal }) => call<{ rows: Approval[] }>('get', '/api/v1/approvals', { query: { box }, signal }) })
export const useApproval = (id: string | undefined) => useQuery({ queryKey: ['approvals', 'one', id], queryFn: ({ signal }) => call<Approval>('get', '/api/v1/approvals/{id}', { path: { id: id! }, signal }), enabled: Boolean(id) })
export const useApprovalsOf = (object: string, id: string) => useQuery({ queryKey: partKey(object, id, 'approvals'), queryFn: ({ signal }) => call<{ rows: Approval[]; flows: { key: string; name: Text }[] }>('get', '/api/v1/records/{object_key}/{id}/approvals', { path: { object_key: object, id }, signal }) })

export interface Decision { object: string; record: string; title: string | null; owner: string | null; claimed_at?: string | null; claimed_by?: string | null; action?: string; name?: Text; note?: string; id?: string; to_stage?: string; reason?: string; asked_by?: string | null; asked_at?: string; within_hours?: number | null }
export interface Decisions { exceptions: Decision[]; not_applicable: Decision[]; confirmations: Decision[] }
export const useDecisions = () => useQuery({ queryKey: ['approvals', 'decisions'], queryFn: ({ signal }) => call<Decisions>('get', '/api/v1/process/decisions', { signal }) })

/** Approvals and the records they are about are read again. */
function useAgain() {
  const client = useQueryClient()
  return () => { void client.invalidateQueries({ queryKey: ['approvals'] }); void client.invalidateQueries({ queryKey: ['records'] }); void client.invalidateQueries({ queryKey: ['inbox'] }) }
}

export function useAsk(object: string, record: string) {
  const again = useAgain()
  return useMutation({ mutationFn: ({ flow, reason }: { flow: string; reason: string }) => call<{ id: string }>('post', '/api/v1/approvals', { body: { object, record, flow, reason } }), onSettled: again })
}

type What = 'vote' | 'send-back' | 'add-signer' | 'transfer' | 'withdraw' | 'urge'
export function useStepOf(id: string) {
  const again = useAgain()
  return useMutation({ mutationFn: ({ what, body }: { what: What; body?: Record<string, unknown> }) => call<{ status?: string }>('post', `/api/v1/approvals/{id}/${what}` as const, { path: { id }, body }), onSettled: again })
}

export function useDecide() {
  const again = useAgain()
  return useMutation({
    mutationFn: ({ kind, row, yes, word }: { kind: keyof Decisions; row: Decision; yes: boolean; word: string }) => {
      const path = { object_key: row.object, id: row.record, action: row.action ?? '' }
      if (kind === 'exceptions') return call('post', '/api/v1/process/exceptions/{id}/decide', { path: { id: row.id ?? '' }, body: { grant: yes, answer: word } })
      if (kind === 'not_applicable') return call('post', '/api/v1/process/{object_key}/{id}/actions/{action}/not-applicable/decide', { path, body: { grant: yes, answer: word } })
      return call('post', '/api/v1/process/{object_key}/{id}/actions/{action}/confirm', { path, body: { yes, note: word } })
    },
    onSettled: again,
  })
}

export interface Delegation { person: string; to_person: string; person_name: string; to_name: string; starts: string; ends: string }
export const useDelegations = () => useQuery({ queryKey: ['approvals', 'delegations'], queryFn: ({ signal }) => call<{ mine: Delegation[]; for_others: Delegation[] }>('get', '/api/v1/delegations', { signal }) })
export function useDelegate() {
  const again = useAgain()
  return useMutation({ mutationFn: (body: { to: string; starts: string; ends: string }) => call('post', '/api/v1/delegations', { body }), onSettled: again })
}
export function useEndDelegation() {
  const again = useAgain()
  return useMutation({ mutationFn: (starts: string) => call('post', '/api/v1/delegations/end', { body: { starts } }), onSettled: again })
}
