import { createMemoryHistory, createRootRoute, createRouter, RouterContextProvider } from '@tanstack/react-router'
import { cleanup, render } from '@testing-library/react'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RecordRow, Timers } from '@/api/types'
import { blocksOf, ClockBook } from '@/features/leads/clocks'
import { moment, exact } from '@/lib/time'
import { itemsOf } from '@/metadata/lists/groups'
import { RecordList, type RecordListProps } from '@/metadata/RecordList'

const rows = (count: number) => Array.from({ length: count }, (_, at) => ({ id: `r${at}`, version: 1, name: `客户${at}`, can: { update: true } }) as unknown as RecordRow)

describe('a long list', () => {
  beforeAll(() => {
    for (const side of ['clientHeight', 'clientWidth']) Object.defineProperty(HTMLElement.prototype, side, { configurable: true, get: () => 600 })
  })
  afterEach(cleanup)

  it('draws only what is new when a further page arrives', () => {
    const title = vi.fn((row: RecordRow) => String(row.name))
    const router = createRouter({ routeTree: createRootRoute(), history: createMemoryHistory() })
    const fixed = {
      meta: { definition: { key: 'lead', name: { zh: '线索' } }, fields: new Map() }, columns: [], context: { tongue: 'zh-CN', names: { person: () => '', named: () => '' }, decimals: 2, currency: 'CNY', yes: '是', no: '否' },
      look: { object: 'lead', titleField: 'name', title, second: () => '', to: (row: RecordRow) => `/leads/${row.id}` }, sort: [], onSort: () => undefined, more: true, loadingMore: false, onMore: () => undefined, label: '线索', total: null, asked: 'all',
    } as unknown as RecordListProps
    const list = (count: number) => { const all = rows(count); return <RouterContextProvider router={router}><RecordList {...fixed} rows={known.concat(all.slice(known.length))} items={itemsOf(known.concat(all.slice(known.length)), null, undefined, new Set())} /></RouterContextProvider> }
    const known = rows(50)
    const { rerender, container } = render(list(50))
    expect(container.querySelectorAll('[data-open]').length).toBeGreaterThan(5)
    title.mockClear()
    rerender(list(100))
    expect(title).not.toHaveBeenCalled()
  })

  it('asks for the clocks of what is on screen in fixed blocks', () => {
    const ids = Array.from({ length: 130 }, (_, at) => `r${at}`)
    expect(blocksOf(ids, 0, 20).map((block) => [block[0], block.length])).toEqual([['r0', 50]])
    expect(blocksOf(ids, 40, 60).map((block) => [block[0], block.length])).toEqual([['r0', 50], ['r50', 50]])
    expect(blocksOf(ids, 101, 129).map((block) => [block[0], block.length])).toEqual([['r100', 30]])
    expect(blocksOf([], 0, 0)).toEqual([])
  })

  it('tells a row of its own clock and of no other, and keeps what has left the screen', () => {
    const book = new ClockBook()
    const first = vi.fn()
    const second = vi.fn()
    book.watch('a', first)
    const stop = book.watch('b', second)
    const of = (record: string) => ({ rows: [{ record, key: 'remind', due: '2026-03-10T02:00:00Z' }], fired: [] }) as unknown as Timers
    expect(book.of('a')).toBeUndefined()
    book.take(['a', 'b'], of('a'))
    expect([first.mock.calls.length, second.mock.calls.length]).toEqual([1, 1])
    book.take(['a', 'b'], of('a'))
    expect(first).toHaveBeenCalledTimes(1)
    book.take(['c'], of('c'))
    expect(book.of('a')!.timers).toHaveLength(1)
    stop()
    book.take(['a', 'b'], of('b'))
    expect([book.of('a')!.timers.length, book.of('b')!.timers.length, second.mock.calls.length]).toEqual([0, 1, 1])
  })
})

describe('times in China', () => {
  it('are those of the browser, by the shorter way', () => {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'medium' })
    for (const at of ['1986-06-01T00:00:00Z', '1992-01-01T00:00:00Z', '2026-03-09T15:59:59Z', '2026-03-09T16:00:00Z', '2026-12-31T16:30:00Z', '2044-02-29T01:02:03Z']) expect(exact(at, 'Asia/Shanghai')).toBe(format.format(Date.parse(at)))
    expect(moment('2026-03-09T16:00:00Z', 'zh-CN', Date.parse('2026-03-10T02:00:00Z'), 'Asia/Shanghai')).toBe('00:00')
    expect(moment('2026-03-09T15:59:00Z', 'zh-CN', Date.parse('2026-03-10T02:00:00Z'), 'Asia/Shanghai')).toBe('昨天 23:59')
  })
})
