/** Process audits over HTTP: the queue, a chain, the verdict, the report, a draw computed again. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { FieldDefinition, Text } from '@/api/types'
import { call } from '@/lib/api'

export interface AuditCase { id: string; record: string; place: number; status: string; verdict: string | null; week: string; plan: string; title: string | null; amount?: number | null; stage?: string | null; owner?: string | null }
export interface Draw { id: string; plan: string; week: string; seed: string; candidates: number; drawn: number; drawn_at: string }
export interface Queue { waiting: AuditCase[]; judged: AuditCase[]; draws: Draw[]; plans: { key: string; name: Text; share: number; least: number; next: string }[] }
export interface ChainEvent { id: string; at: string; type: string; person: string | null; source: string | null; claimed: boolean; mode: string; data: Record<string, unknown>; changes: Record<string, [unknown, unknown] | null> }
export interface Chain {
  case: AuditCase & { note: string; findings: Finding[]; seed: string; candidates: number; officer: string | null }
  fields: FieldDefinition[]; actions: Record<string, Text>; names: Record<string, Text>; playbooks: Record<string, Text>; record: Record<string, unknown>; title: string | null; object: string; events: ChainEvent[]; changes: ChainEvent[]
  evidence: { action: string; state: string; note: string; evidence: { kind: string; id?: string; name?: string; url?: string; flags?: string[] }[]; claimed_by: string | null; confirmed_by: string | null }[]
  approvals: { id: string; flow: string; name: Text | null; status: string; reason: string; asked_by: string | null; asked_at: string; ended_at: string | null; votes: { id: string; name: Text; person: string; stands_for: string | null; state: string; comment: string; at: string | null }[] }[]; exceptions: { id: string; from_stage: string | null; to_stage: string; reason: string; status: string; asked_by: string | null; decided_by: string | null }[]
  people: Record<string, string>; related: Record<string, string>; counts: { events: number; recorded: number; claimed: number; flagged: number; confirmed: number }; capped: boolean
}
export interface Finding { stage: string; judgement: string; note: string }
export interface Report { n: number; judged: number; verdicts: Record<string, number>; stages: { stage: string; sound: number; doubtful: number; false: number }[]; units: { unit: string; n: number; sound: number; doubtful: number; false_advance: number }[]; weeks: Record<string, unknown>[] }

export const useQueue = () => useQuery({ queryKey: ['audits'], queryFn: ({ signal }) => call<Queue>('get', '/api/v1/audits', { signal }) })
export const useReport = () => useQuery({ queryKey: ['audits', 'report'], queryFn: ({ signal }) => call<Report>('get', '/api/v1/audits/report', { signal }) })
export const useChain = (id: string) => useQuery({ queryKey: ['audits', id], staleTime: 60_000, queryFn: ({ signal }) => call<Chain>('get', '/api/v1/audits/{id}', { path: { id }, signal }) })
export const useVerify = (id: string | null) => useQuery({ queryKey: ['audits', 'draw', id], enabled: Boolean(id), queryFn: ({ signal }) => call<{ same: boolean; seed: string; candidates: string[]; drawn: string[]; how: string }>('get', '/api/v1/audits/draws/{id}', { path: { id: id ?? '' }, signal }) })
export function useJudge(id: string) {
  const client = useQueryClient()
  return useMutation({ mutationFn: (body: { verdict: string; findings: Finding[]; note: string }) => call('post', '/api/v1/audits/{id}/verdict', { path: { id }, body }), onSuccess: () => client.invalidateQueries({ queryKey: ['audits'] }) })
}
