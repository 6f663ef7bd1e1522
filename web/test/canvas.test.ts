import { describe, expect, it } from 'vitest'
import { mainArrows } from '@/features/mining/FlowMap'
import type { EdgeOf } from '@/features/mining/queries'
import { perLine, placed, type Box } from '@/ui/canvas/Canvas'

const boxes = (count: number): Box[] => Array.from({ length: count }, (_, at) => ({ id: `s${at}`, width: 184, height: 96, content: null }))

describe('boxes in lines', () => {
  it('stand beside each other as far as each can be read, one below the other on a phone', () => {
    expect([perLine(boxes(7), 1600), perLine(boxes(7), 960), perLine(boxes(7), 690), perLine(boxes(7), 350)]).toEqual([6, 4, 2, 1])
  })

  it('begin a new line at its left, and keep their order', () => {
    const at = placed(boxes(5), [], 2)
    expect([...at.values()].map(({ x }) => x > 0)).toEqual([false, true, false, true, false])
    expect(at.get('s2')!.y).toBeGreaterThan(at.get('s1')!.y + 96)
    expect(at.get('s4')!.y - at.get('s2')!.y).toBe(at.get('s2')!.y - at.get('s0')!.y)
  })
})

describe('the main arrows of a chart', () => {
  const edge = (from: string, to: string, count: number) => ({ from, to, count, cases: count, returns: 0, rework: null, median: 1, p90: 1, total: 1 }) as unknown as EdgeOf

  it('are all of them where they are few', () => {
    const few = [edge('a', 'b', 100), edge('b', 'c', 1)]
    expect(mainArrows(few)).toEqual(few)
  })

  it('make nine walks in ten, and leave no step without its way in and out', () => {
    const rare = Array.from({ length: 60 }, (_, at) => edge('a', `rare${at}`, 1))
    const kept = mainArrows([edge('a', 'b', 5000), edge('b', 'c', 4000), edge('c', 'c', 3000), ...rare, edge('a', 'c', 1)])
    expect(kept.map((each) => each.to).slice(0, 3)).toEqual(['b', 'c', 'c'])
    expect(kept).toHaveLength(63)
    expect(kept.some((each) => each.from === 'a' && each.to === 'c')).toBe(false)
  })
})
