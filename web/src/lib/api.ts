/**
 * The one door to the server: typed paths, CSRF header on writes, refusals as `ApiError`,
 * and one shared wait for a new sign-in when the session has ended, after which the call is made again.
 */
import createClient from 'openapi-fetch'
import type { paths } from '@/api/generated/schema'
import type { Problem } from '@/api/types'
import { sayReached, sayUnreachable, watchConnection } from './offline'

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
type Query = Record<string, string | number | boolean | null | undefined | readonly string[]>

export interface CallOptions {
  path?: Record<string, string | number>
  query?: Query
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
  /** The sign-in screen itself asks without waiting for a sign-in. */
  anonymous?: boolean
}

export class ApiError extends Error {
  constructor(readonly status: number, readonly code: string, readonly data: Record<string, unknown> = {}, readonly problems: Problem[] = [], readonly requestId?: string) {
    super(code)
  }
}

const client = createClient<paths>({ baseUrl: globalThis.location?.origin ?? '', fetch: (request: Request) => globalThis.fetch(request) })
let csrf = ''
watchConnection(() => globalThis.fetch('/healthz', { cache: 'no-store' }).then((response) => response.ok))
let renew: (() => Promise<boolean>) | null = null
let renewing: Promise<boolean> | null = null

export const setCsrf = (token: string) => { csrf = token }

/** Who is asked when the session has ended; answers true when there is a new one. */
export const onSignedOut = (ask: (() => Promise<boolean>) | null) => { renew = ask }

function clean(query?: Query): Record<string, unknown> | undefined {
  if (!query) return undefined
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== ''))
}

async function refusal(response: Response, error: unknown): Promise<ApiError> {
  const body = (error && typeof error === 'object' ? error : {}) as { code?: string; data?: Record<string, unknown>; problems?: Problem[]; request_id?: string }
  const code = body.code ?? (response.status >= 500 ? 'server_error' : `http_${response.status}`)
  return new ApiError(response.status, code, body.data ?? {}, body.problems ?? [], body.request_id)
}

async function once<T>(method: Method, path: keyof paths, options: CallOptions): Promise<T> {
  const headers: Record<string, string> = { ...options.headers }
  if (method !== 'get' && csrf) headers['X-CSRF-Token'] = csrf
  let answer: { data?: unknown; error?: unknown; response: Response }
  try {
    answer = (await client.request(method as never, path as never, {
      params: { path: options.path, query: clean(options.query) }, body: options.body, headers, signal: options.signal,
    } as never)) as typeof answer
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error
    sayUnreachable()
    throw new ApiError(0, 'network')
  }
  sayReached()
  if (!answer.response.ok) throw await refusal(answer.response, answer.error)
  return answer.data as T
}

/** Ask the server; `path` as in the interface document, with `{names}` filled from `options.path`. Raises: ApiError. */
export async function call<T>(method: Method, path: keyof paths, options: CallOptions = {}): Promise<T> {
  try {
    return await once<T>(method, path, options)
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401 || options.anonymous || !renew) throw error
    renewing ??= renew().finally(() => { renewing = null })
    if (!(await renewing)) throw error
    return once<T>(method, path, options)
  }
}

/** A key that makes a repeated create the same create. */
export const idempotencyKey = () => globalThis.crypto?.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(16).slice(2)}`
