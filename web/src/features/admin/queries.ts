/** People, units, absences, tokens and the audit log, as administrators read and change them. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Json, Text } from '@/api/types'
import { call } from '@/lib/api'

export interface PersonRow { id: string; key: string; name: string; title: string | null; unit: string | null; unit_name: string | null; manager: string | null; roles: string[]; tags: string[]; brands: string[] | null; phone: string | null; email: string | null; calendar: string | null; capacity: number | null; joined_on: string | null; left_on: string | null; absent_until: string | null; login: string | null }
export interface UnitRow { id: string; key: string; name: string; parent: string | null; head: string | null }
export interface AbsenceRow { id: string; person: string; name: string; starts: string; ends: string; reason: string }
export interface TokenRow { id: string; kind: string; name: string; scopes: string[]; source?: string | null; person?: string | null; created_at?: string; used_at?: string | null; expires_at?: string | null; revoked_at?: string | null }
export interface AuditRow { id: number; at: string; person: string | null; person_name: string | null; actor: string; action: string; object: string | null; record: string | null; data: Record<string, Json>; ip: string | null; sealed: number | null; named?: Text | null }

export const usePeople = () => useQuery({ queryKey: ['people'], queryFn: () => call<{ rows: PersonRow[] }>('get', '/api/v1/people') })
export const useUnits = () => useQuery({ queryKey: ['people', 'units'], queryFn: () => call<{ rows: UnitRow[] }>('get', '/api/v1/units') })
export const useAbsences = () => useQuery({ queryKey: ['people', 'absences'], queryFn: () => call<{ rows: AbsenceRow[] }>('get', '/api/v1/absences') })
export const useRoles = () => useQuery({ queryKey: ['definitions', 'role', 'names'], queryFn: () => call<{ rows: { key: string; name?: Text }[] }>('get', '/api/v1/definitions/{kind}', { path: { kind: 'role' } }).then((answer) => answer.rows) })
export const useTokens = () => useQuery({ queryKey: ['tokens'], queryFn: () => call<{ rows: TokenRow[]; scopes: string[] | Record<string, string> }>('get', '/api/v1/api-tokens') })

export const useAudit = (filter: { action: string; person: string }) => useInfiniteQuery({
  queryKey: ['audit', filter],
  queryFn: ({ pageParam, signal }) => call<{ rows: AuditRow[]; next: number | null }>('get', '/api/v1/audit', { query: { ...filter, after: pageParam || null, limit: 50 }, signal }),
  initialPageParam: 0,
  getNextPageParam: (page) => page.next ?? undefined,
})

export interface PersonBody { key: string; name: string; title: string; unit: string | null; manager: string | null; roles: string[]; tags: string[]; brands: string[] | null; phone: string | null; email: string | null; calendar: string | null; capacity: number | null; joined_on: string | null }

/** One change of people, units or tokens; everything about them is read again. */
export function useAdmin<B, A = unknown>(run: (body: B) => Promise<A>) {
  const client = useQueryClient()
  return useMutation({ mutationFn: run, onSuccess: () => { for (const key of ['people', 'tokens', 'schema']) void client.invalidateQueries({ queryKey: [key] }) } })
}

export const savePerson = (body: PersonBody) => call('post', '/api/v1/people', { body })
export const saveUnit = (body: { key: string; name: string; parent: string | null; head: string | null }) => call('post', '/api/v1/units', { body })
export const invite = (body: { person: string; login: string }) => call<{ password: string | null }>('post', '/api/v1/invite', { body })
export const leave = ({ id, on }: { id: string; on: string }) => call('post', '/api/v1/people/{id}/leave', { path: { id }, body: { on } })
export const saveAbsence = (body: { person: string; starts: string; ends: string; reason: string }) => call('post', '/api/v1/absences', { body })
export const dropAbsence = (id: string) => call('delete', '/api/v1/absences/{id}', { path: { id } })
export const makeToken = (body: { name: string; scopes: string[]; expires_at: string | null }) => call<{ token: string }>('post', '/api/v1/api-tokens', { body })
export const revokeToken = (id: string) => call('delete', '/api/v1/api-tokens/{id}', { path: { id } })

export interface UnitNode extends UnitRow { depth: number }

/** Units as a tree read from top to bottom; what hangs nowhere stands at the top. */
export function unitTree(units: readonly UnitRow[]): UnitNode[] {
  const ids = new Set(units.map((unit) => unit.id))
  const below = (parent: string | null, depth: number): UnitNode[] => units
    .filter((unit) => (unit.parent && ids.has(unit.parent) ? unit.parent : null) === parent)
    .flatMap((unit) => [{ ...unit, depth }, ...(depth < 12 ? below(unit.id, depth + 1) : [])])
  return below(null, 0)
}

/** A unit with everything below it. */
export function unitsBelow(tree: readonly UnitNode[], id: string): Set<string> {
  const at = tree.findIndex((unit) => unit.id === id)
  const found = new Set<string>()
  for (let n = at; n >= 0 && n < tree.length && (n === at || tree[n]!.depth > tree[at]!.depth); n++) found.add(tree[n]!.id)
  return found
}
