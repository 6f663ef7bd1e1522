/**
 * The one door to the server: typed paths, CSRF header on writes, refusals as `ApiError`,
 * and one shared wait for a new sign-in when the session has ended, after which the call is made again.
 */
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
  /** The answer is a file: a Blob. */
  file?: boolean
  /** The sign-in screen itself asks without waiting for a sign-in. */
  anonymous?: boolean
}

export class ApiError extends Error {
  constructor(readonly status: number, readonly code: string, readonly data: Record<string, unknown> = {}, readonly problems: Problem[] = [], readonly requestId?: string) {
    super(code)
  }
}

let csrf = ''
watchConnection(() => globalThis.fetch('/readyz', { cache: 'no-store' }).then((response) => response.ok))
let renew: (() => Promise<boolean>) | null = null
let renewing: Promise<boolean> | null = null

export const setCsrf = (token: string) => { csrf = token }

/** Who is asked when the session has ended; answers true when there is a new one. */
export const onSignedOut = (ask: (() => Promise<boolean>) | null) => { renew = ask }

function address(path: string, options: CallOptions): string {
  const filled = path.replace(/{(\w+)}/g, (_, name: string) => encodeURIComponent(String(options.path?.[name] ?? '')))
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(options.query ?? {})) {
    if (value === undefined || value === null || value === '') continue
    for (const each of Array.isArray(value) ? value : [value]) query.append(key, String(each))
  }
  const asked = query.toString()
  return `${globalThis.location?.origin ?? ''}${filled}${asked ? `?${asked}` : ''}`
}

const isRaw = (body: unknown): body is BodyInit => body instanceof FormData || body instanceof Blob || body instanceof ArrayBuffer

/** What a body or an answer holds: JSON where it says so, a file where it was asked for, else text. */
async function read(response: Response, file?: boolean): Promise<unknown> {
  if (response.status === 204) return undefined
  if (file && response.ok) return response.blob()
  const text = await response.text()
  if (!text || !/json/.test(response.headers.get('content-type') ?? '')) return text || undefined
  try { return JSON.parse(text) } catch { return undefined }
}

function refusal(response: Response, error: unknown): ApiError {
  const body = (error && typeof error === 'object' ? error : {}) as { code?: string; data?: Record<string, unknown>; problems?: Problem[]; request_id?: string }
  const code = body.code ?? (response.status >= 500 ? 'server_error' : `http_${response.status}`)
  return new ApiError(response.status, code, body.data ?? {}, body.problems ?? [], body.request_id)
}

const early = ((globalThis as { early?: Record<string, Promise<Response>> }).early ??= {})

/** What `early.js` asked for before the program was here: each answer serves one call. */
function taken(method: Method, url: string): Promise<Response> | undefined {
  const answer = method === 'get' ? early[url] : undefined
  delete early[url]
  return answer
}

async function once<T>(method: Method, path: keyof paths, options: CallOptions): Promise<T> {
  const headers: Record<string, string> = { ...options.headers }
  if (method !== 'get' && csrf) headers['X-CSRF-Token'] = csrf
  const { body, signal } = options
  if (body !== undefined && !isRaw(body)) headers['Content-Type'] ??= 'application/json'
  let response: Response
  let answer: unknown
  try {
    response = await (taken(method, address(path, options)) ?? globalThis.fetch(new Request(address(path, options), {
      method: method.toUpperCase(), headers, signal: signal ?? null, ...(body === undefined ? {} : { body: isRaw(body) ? body : JSON.stringify(body) }),
    })))
    answer = await read(response, options.file)
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error
    sayUnreachable()
    throw new ApiError(0, 'network')
  }
  sayReached()
  if (!response.ok) throw refusal(response, answer)
  return answer as T
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
