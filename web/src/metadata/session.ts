/** Who is signed in, to which workspace, with which rights. */
import { useQuery } from '@tanstack/react-query'
import type { Session } from '@/api/types'
import { call, setCsrf } from '@/lib/api'
import { setClock } from '@/lib/clock'
import { keeper } from '@/lib/store'

/** Take over what the server said about the session: token for writes and the clock. */
export function takeSession(session: Session): Session {
  setCsrf(session.csrf)
  keeper.id = session.person?.id ?? session.workspace.key
  const { clock, zone } = session.workspace
  setClock({ now: clock.now, moved: clock.moved, fixed: clock.fixed, zone })
  return session
}

export const sessionQuery = {
  queryKey: ['session'],
  queryFn: async () => takeSession(await call<Session>('get', '/api/v1/session', { anonymous: true })),
  staleTime: 60_000,
  refetchInterval: 300_000,
}

export const useSession = () => useQuery(sessionQuery)
export const useMe = () => useQuery(sessionQuery).data
export const useRight = (right: string) => useQuery(sessionQuery).data?.rights.some((each) => each === right || each === '*') ?? false
