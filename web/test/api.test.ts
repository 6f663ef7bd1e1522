import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError, call, onSignedOut, setCsrf } from '@/lib/api'

const answer = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' } })

describe('a call to the server', () => {
  const requests: Request[] = []
  let answers: Response[] = []
  beforeEach(() => { requests.length = 0; vi.stubGlobal('fetch', async (request: Request) => { requests.push(request); return answers.shift() ?? answer(200, {}) }) })
  afterEach(() => { onSignedOut(null); vi.unstubAllGlobals() })

  it('carries the token on writes only and fills the path', async () => {
    setCsrf('secret')
    answers = [answer(200, { ok: 1 }), answer(200, { ok: 2 })]
    await call('get', '/api/v1/records/{object_key}', { path: { object_key: 'lead' }, query: { filter: 'a == "ü&"', after: '' } })
    await call('post', '/api/v1/leads/{id}/touch', { path: { id: 'x' }, body: { kind: 'call' } })
    expect(requests[0]!.headers.get('X-CSRF-Token')).toBeNull()
    expect(new URL(requests[0]!.url).searchParams.get('filter')).toBe('a == "ü&"')
    expect(new URL(requests[0]!.url).searchParams.has('after')).toBe(false)
    expect(requests[1]!.headers.get('X-CSRF-Token')).toBe('secret')
    expect(new URL(requests[1]!.url).pathname).toBe('/api/v1/leads/x/touch')
  })

  it('raises the refusal with its code and every problem', async () => {
    answers = [answer(422, { code: 'records.invalid', problems: [{ code: 'required', path: 'budget' }], data: { count: 1 } })]
    const error = await call('post', '/api/v1/records/{object_key}', { path: { object_key: 'lead' }, body: {} }).catch((each: unknown) => each)
    expect(error).toBeInstanceOf(ApiError)
    expect(error).toMatchObject({ status: 422, code: 'records.invalid', problems: [{ path: 'budget' }] })
  })

  it('waits for one new sign-in when the session has ended, then goes on with what was being saved', async () => {
    let asked = 0
    onSignedOut(async () => { asked++; setCsrf('new'); return true })
    answers = [answer(401, { code: 'session.none' }), answer(401, { code: 'session.none' }), answer(200, { id: 1 }), answer(200, { id: 2 })]
    const both = await Promise.all([call('post', '/api/v1/inbox/read', { body: { typed: 'kept' } }), call('get', '/api/v1/inbox')])
    expect(asked).toBe(1)
    expect(both).toHaveLength(2)
    const again = requests.filter((request) => request.method === 'POST')[1]!
    expect(await again.json()).toEqual({ typed: 'kept' })
    expect(again.headers.get('X-CSRF-Token')).toBe('new')
  })

  it('says so when the server cannot be reached', async () => {
    vi.stubGlobal('fetch', async () => { throw new TypeError('failed') })
    await expect(call('get', '/api/v1/inbox')).rejects.toMatchObject({ code: 'network', status: 0 })
  })
})
