import { describe, expect, it } from 'vitest'
import type { HeatCell, HeatMap } from '@/api/types'
import { cellText, figure, finding, step } from '@/features/heat/steps'
import { windowOf } from '@/features/heat/queries'

const cell = (channel: string, hour: number, n: number, overdue = 0): HeatCell => ({ channel, hour, n, overdue, first_response_median_min: 18, follow_24h: 0.714, conv_72h: null })
const map = (cells: HeatCell[]): HeatMap => ({ hours: [], channels: [{ key: 'douyin', name: '抖音' }, { key: '', name: '' }], cells, working_hours: [9] })

describe('the heat map', () => {
  it('has seven equal steps from one to the greatest', () => {
    expect([1, 3, 4, 6, 7, 9, 10, 12, 13, 15, 16, 18, 19, 21].map((value) => step(value, 21, 'inflow'))).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7])
    expect(step(1, 1, 'inflow')).toBe(1)
    expect(step(0.5, 1, 'follow_24h')).toBe(4)
  })

  it('has no figure where there were no leads or nothing was measured', () => {
    expect(figure(undefined, 'inflow')).toBeNull()
    expect(figure(cell('douyin', 9, 0), 'inflow')).toBeNull()
    expect(figure(cell('douyin', 9, 2), 'conv_72h')).toBeNull()
    expect(cellText(figure(cell('douyin', 9, 2), 'follow_24h')!, 'follow_24h')).toBe('71')
  })

  it('finds the two hours of one channel that hold most of what is overdue', () => {
    expect(finding(map([cell('douyin', 12, 21, 6), cell('douyin', 13, 17, 4), cell('', 20, 9, 7)]))).toEqual({ channel: 'douyin', from: 12, to: 14, leads: 38, overdue: 10, share: 10 / 17 })
    expect(finding(map([cell('douyin', 12, 21, 1)]))).toBeNull()
    expect(finding(map([cell('douyin', 12, 21)]))).toBeNull()
  })

  it('counts whole days of the workspace’s zone', () => {
    expect(windowOf('week', Date.parse('2026-02-09T17:00:00Z'), 'Asia/Shanghai')).toEqual({ since: '2026-02-03T16:00:00.000Z', until: '2026-02-10T16:00:00.000Z' })
  })
})
