/** Signing in and out. */
import { useMutation } from '@tanstack/react-query'
import type { Session } from '@/api/types'
import { call } from '@/lib/api'
import { queryClient } from '@/lib/query'
import { takeSession } from '@/metadata/session'

export interface Credentials { login: string; password: string; totp?: string; workspace?: string }

export const useSignIn = () => useMutation({
  mutationFn: (credentials: Credentials) => call<Session>('post', '/api/v1/sign-in', { body: credentials, anonymous: true }),
  onSuccess: async (answer) => {
    const session = answer?.workspace ? answer : await call<Session>('get', '/api/v1/session', { anonymous: true })
    queryClient.setQueryData(['session'], takeSession(session))
  },
})

export async function signOut() {
  await call('post', '/api/v1/sign-out', { anonymous: true }).catch(() => undefined)
  queryClient.clear()
  location.assign('/sign-in')
}
