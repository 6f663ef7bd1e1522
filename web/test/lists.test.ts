import { QueryClient } from '@tanstack/react-query'
import { describe, expect, it } from 'vitest'
import type { Page, RecordRow, TimelineEvent } from '@/api/types'
import { foldTouches } from '@/features/leads/eventWords'
import { nextSort } from '@/metadata/RecordList'
import { joinPages, listKey, recordKey, showAtOnce } from '@/metadata/records'
import { parseMoney } from '@/metadata/FieldInput'
import { moneyText } from '@/metadata/values'

const row = (id: string, more: Partial<RecordRow> = {}): RecordRow => ({ id, version: 1, ...more })
const page = (rows: RecordRow[], next: string | null, count: number | null = null): Page => ({ rows, next, count, count_capped: count === 1000, people: {}, related: {} })

describe('a keyset list', () => {
  it('joins pages in order, shows a row once that moved between reads, and counts from the first page', () => {
    const joined = joinPages({ pages: [page([row('a'), row('b')], 'x', 1000), page([row('b'), row('c')], null)], pageParams: ['', 'x'] })
    expect(joined.rows.map((each) => each.id)).toEqual(['a', 'b', 'c'])
    expect(joined.count).toBe(1000)
    expect(joined.capped).toBe(true)
  })

  it('shows a change in every list and record at once, and takes it back when refused', () => {
    const client = new QueryClient()
    const key = listKey('lead', { sort: '-created_at' })
    client.setQueryData(key, { pages: [page([row('a', { status: 'new' }), row('b', { status: 'new' })], null)], pageParams: [''] })
    client.setQueryData(recordKey('lead', 'a'), row('a', { status: 'new' }))
    const back = showAtOnce(client, 'lead', 'a', { status: 'working' })
    const statuses = () => (client.getQueryData(key) as { pages: Page[] }).pages[0]!.rows.map((each) => each.status)
    expect(statuses()).toEqual(['working', 'new'])
    expect((client.getQueryData(recordKey('lead', 'a')) as RecordRow).status).toBe('working')
    back()
    expect(statuses()).toEqual(['new', 'new'])
  })

  it('sorts times and amounts from the greatest, texts from the least, then the other way, then not', () => {
    expect(['', '-created_at', 'created_at'].map((sort) => nextSort({ key: 'created_at', kind: 'datetime' }, sort))).toEqual(['-created_at', 'created_at', ''])
    expect(['', 'name', '-name'].map((sort) => nextSort({ key: 'name', kind: 'text' }, sort))).toEqual(['name', '-name', ''])
  })
})

describe('amounts', () => {
  it('are typed as people type them and kept in minor units', () => {
    expect(parseMoney('15万', 2)).toBe(15_000_000)
    expect(parseMoney('¥1,234.50', 2)).toBe(123_450)
    expect(parseMoney('待定', 2)).toBeNull()
  })

  it('are read in 万 in Chinese and in full in English', () => {
    expect(moneyText(38_600_000, 2, 'CNY', 'zh-CN')).toBe('¥38.6 万')
    expect(moneyText(38_600_000, 2, 'CNY', 'en')).toBe('¥386,000')
  })
})

describe('the timeline', () => {
  const touch = (id: number, type: string, more: Partial<TimelineEvent> = {}): TimelineEvent => ({ id, type, occurred_at: '2026-02-10T02:00:00Z', person: 'p', data: { kind: 'call', answered: true }, ...more })
  it('shows a call that was response and follow-up at once as one thing', () => {
    expect(foldTouches([touch(2, 'touch.followup'), touch(1, 'touch.response')]).map((event) => event.id)).toEqual([2])
    expect(foldTouches([touch(2, 'touch.followup'), touch(1, 'touch.response', { occurred_at: '2026-02-10T01:00:00Z' })])).toHaveLength(2)
  })
})
