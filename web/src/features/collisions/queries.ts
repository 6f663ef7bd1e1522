/** Collisions: what stands open, both histories, the ruling. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call } from '@/lib/api'

export interface Touch { id: number; at: string; type: string; person: string | null; claimed: boolean; kind: string | null; text: string | null }
export interface Side { readable: boolean; updatable: boolean; team: string | null; lead: string | null; title: string | null; owner: string | null; owner_name: string | null; since: string | null; last_touch_at: string | null; events?: Touch[] }
export interface Collision { id: string; at?: string; reasons: unknown; status?: string; sides: Side[]; can: { rule: boolean } }
export interface Ruling { id: string; continues: string; shares: Record<string, number>; reason: string }

export const useCollisions = () => useQuery({ queryKey: ['collisions'], queryFn: ({ signal }) => call<{ rows: Collision[] }>('get', '/api/v1/collisions', { signal }) })
export const useCollision = (id: string | null) => useQuery({ queryKey: ['collisions', id], enabled: Boolean(id), queryFn: ({ signal }) => call<Collision>('get', '/api/v1/collisions/{id}', { path: { id: id ?? '' }, signal }) })
export function useRule() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, ...body }: Ruling) => call<{ owner: string }>('post', '/api/v1/collisions/{id}/rule', { path: { id }, body }),
    onSuccess: () => { void client.invalidateQueries({ queryKey: ['collisions'] }); void client.invalidateQueries({ queryKey: ['records', 'lead'] }) },
  })
}
