import { QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { joinLive, parseEvent } from '@/lib/live'
import { holdRecord, knowVersion, queryClient, readAgain, takeLiveEvent } from '@/lib/query'

class FakeSource {
  static all: FakeSource[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: unknown) => void) | null = null
  onerror: (() => void) | null = null
  closed = false
  constructor(readonly url: string) { FakeSource.all.push(this) }
  addEventListener() { /* named events are not used here */ }
  close() { this.closed = true }
}

describe('the live stream', () => {
  beforeEach(() => { FakeSource.all = []; vi.stubGlobal('EventSource', FakeSource); vi.useFakeTimers() })
  afterEach(() => { vi.unstubAllGlobals(); vi.useRealTimers() })

  it('opens again after a loss from the last event it has seen', () => {
    const seen: string[] = []
    const leave = joinLive({ url: '/live', name: 't', onEvent: (event) => seen.push(event.topic), onGap: () => seen.push('gap') })
    const first = FakeSource.all[0]!
    first.onopen?.()
    first.onmessage?.({ type: 'message', data: '{"topic":"lead","id":"a","version":2}', lastEventId: '7.9' })
    first.onerror?.()
    expect(first.closed).toBe(true)
    vi.advanceTimersByTime(600)
    expect(FakeSource.all[1]!.url).toBe('/live?last=7.9')
    expect(seen).toEqual(['lead'])
    leave()
    expect(FakeSource.all[1]!.closed).toBe(true)
  })

  it('begins where the log ended before anything was loaded, so that no event falls between', () => {
    const gaps: string[] = []
    const leave = joinLive({ url: '/live', name: 't', from: '812.0', onEvent: () => undefined, onGap: () => gaps.push('gap') })
    expect(FakeSource.all[0]!.url).toBe('/live?last=812.0')
    FakeSource.all[0]!.onopen?.()
    FakeSource.all[0]!.onerror?.()
    vi.advanceTimersByTime(600)
    FakeSource.all[1]!.onopen?.()
    expect(FakeSource.all[1]!.url).toBe('/live?last=812.0')
    expect(gaps).toEqual([])
    leave()
  })

  it('reads topic, id and version, treats a reset as a gap and ignores what it cannot read', () => {
    expect(parseEvent({ type: 'message', data: '{"topic":"inbox"}', lastEventId: '' })).toEqual({ topic: 'inbox' })
    expect(parseEvent({ type: 'reset', data: '{}', lastEventId: '' })).toEqual({ topic: 'gap' })
    expect(parseEvent({ type: 'message', data: 'nonsense', lastEventId: '1' })).toBeNull()
    expect(parseEvent({ type: 'message', data: '{"id":1}', lastEventId: '1' })).toBeNull()
  })
})

describe('what an event makes stale', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => { vi.useRealTimers(); vi.restoreAllMocks() })
  const keysAfter = (run: () => void) => {
    const spy = vi.spyOn(queryClient, 'invalidateQueries').mockResolvedValue(undefined)
    run()
    vi.advanceTimersByTime(200)
    return spy.mock.calls.map(([filter]) => JSON.stringify(filter?.queryKey))
  }

  it('is the record, its lists and its parts, once for many events', () => {
    const keys = keysAfter(() => { for (let at = 0; at < 5; at++) takeLiveEvent({ topic: 'lead', id: 'a', version: 9 }) })
    expect(keys.filter((key) => key === '["records","lead","one","a"]')).toHaveLength(1)
    expect(keys).toContain('["records","lead","list"]')
    expect(keys).toContain('["records","lead","part","a"]')
  })

  it('is never the record somebody is editing, nor the version we have just written', () => {
    const release = holdRecord('lead', 'b')
    expect(keysAfter(() => takeLiveEvent({ topic: 'lead', id: 'b', version: 2 }))).not.toContain('["records","lead","one","b"]')
    release()
    knowVersion('lead', 'c', 4)
    expect(keysAfter(() => takeLiveEvent({ topic: 'lead', id: 'c', version: 4 }))).not.toContain('["records","lead","one","c"]')
    expect(keysAfter(() => takeLiveEvent({ topic: 'lead', id: 'c', version: 5 }))).toContain('["records","lead","one","c"]')
  })

  it('is read again when it was on its way for the first time', async () => {
    vi.useRealTimers()
    let answer = (_rows: string): void => undefined
    const asked: string[] = []
    const read = vi.fn(() => new Promise<string>((done) => { answer = (rows) => { asked.push(rows); done(rows) } }))
    const watching = new QueryObserver(queryClient, { queryKey: ['records', 'lead', 'list', 'first'], queryFn: read, retry: false })
    const leave = watching.subscribe(() => undefined)
    await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(1))
    readAgain(['records', 'lead', 'list'])
    answer('before')
    await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(2))
    answer('after')
    await vi.waitFor(() => expect(watching.getCurrentResult().data).toBe('after'))
    expect(asked).toEqual(['before', 'after'])
    leave()
  })

  it('looks at the clocks once more, since the rules arm them after the event', () => {
    const spy = vi.spyOn(queryClient, 'invalidateQueries').mockResolvedValue(undefined)
    const looks = () => spy.mock.calls.filter(([filter]) => filter?.queryKey?.[0] === 'timers').length
    takeLiveEvent({ topic: 'lead', id: 'd', version: 1 })
    takeLiveEvent({ topic: 'lead', id: 'd', version: 2 })
    vi.advanceTimersByTime(500)
    expect(looks()).toBe(1)
    vi.advanceTimersByTime(10_000)
    expect(looks()).toBe(2)
  })
})
