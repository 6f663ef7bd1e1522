/** Signing in and out. */
import { useMutation, useQuery } from '@tanstack/react-query'
import type { Session } from '@/api/types'
import { call, setCsrf } from '@/lib/api'
import { queryClient } from '@/lib/query'
import { takeSession } from '@/metadata/session'

export interface Credentials { login: string; password: string; totp?: string; workspace?: string }

const keep = (session: Session) => { if (session.workspace) queryClient.setQueryData(['session'], takeSession(session)); else setCsrf(session.csrf) }

export const useSignIn = () => useMutation({
  mutationFn: (credentials: Credentials) => call<Session>('post', '/api/v1/sign-in', { body: credentials, anonymous: true }),
  onSuccess: keep,
})

/** Go to another workspace of the same login. */
export const useEnterWorkspace = () => useMutation({
  mutationFn: (workspace: string) => call<Session>('post', '/api/v1/session/workspace', { body: { workspace } }),
  onSuccess: (session) => { queryClient.clear(); keep(session) },
})

export async function signOut() {
  await call('post', '/api/v1/sign-out', { anonymous: true }).catch(() => undefined)
  queryClient.clear()
  location.assign('/sign-in')
}

/** Whether new organisations may sign up here. */
export const useSignUpOpen = () => useQuery({ queryKey: ['sign-up'], staleTime: Infinity, queryFn: ({ signal }) => call<{ open: boolean }>('get', '/api/v1/sign-up', { signal, anonymous: true }) })
