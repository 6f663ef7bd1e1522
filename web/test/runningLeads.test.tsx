import { renderHook } from '@testing-library/react'
import { describe, expect, it, vi } from 'vitest'
import type { RecordRow } from '@/api/types'

const asked: { sort: string; filter: string }[] = []
const page: { rows: RecordRow[]; next: string | null; count: number } = { rows: [], next: null, count: 0 }
vi.mock('@/metadata/records', () => ({ useRecordPage: (_: string, ask: { sort: string; filter: string }) => { asked.push(ask); return { data: page } } }))
vi.mock('@/features/leads/queries', () => ({ useLeadTimers: () => ({ known: true, timers: new Map(), fired: new Map(page.rows.map((row) => [row.id, [{ record: row.id, key: 'sla_remind', name: { zh: '提醒' }, at: '2020-01-02T01:30:00Z' }]])) }) }))

const fields = { list: [] as { key: string }[] }
vi.mock('@/metadata/schema', () => ({ useSchema: () => ({ data: { objects: [{ key: 'lead', fields: fields.list }] } }) }))

const { useRunningLeads } = await import('@/features/leads/RunningLeads')
const waiting = (count: number) => Array.from({ length: count }, (_, at) => ({ id: `r${at}`, status: 'assigned', owner: 'p', assigned_at: '2020-01-02T01:00:00Z', created_at: '2020-01-02T01:00:00Z' }) as unknown as RecordRow)

describe('leads nobody has answered', () => {
  it('are asked for from the one that waits longest, and counted as the least there are where more wait', () => {
    Object.assign(page, { rows: waiting(100), next: 'more', count: 240 })
    const { result, rerender } = renderHook(() => useRunningLeads('p'))
    expect(asked[0].sort).toBe('created_at')
    expect([result.current.overdue, result.current.told(result.current.overdue), result.current.total]).toEqual([100, '100+', 240])
    Object.assign(page, { rows: waiting(3), next: null, count: 3 })
    rerender()
    expect([result.current.overdue, result.current.told(result.current.overdue)]).toEqual([3, 3])
  })

  it('keep an urgent need until it is solved, where leads know urgency', () => {
    Object.assign(page, { rows: [], next: null, count: 0 })
    fields.list = []
    renderHook(() => useRunningLeads('p'))
    expect(asked.at(-1)?.filter).not.toContain('urgent')
    fields.list = [{ key: 'urgent' }]
    renderHook(() => useRunningLeads('p'))
    expect(asked.at(-1)?.filter).toContain('urgent == true && solution_at == null')
  })
})
