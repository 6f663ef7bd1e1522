import { describe, expect, it } from 'vitest'
import { unitsBelow, unitTree } from '@/features/admin/queries'
import { grouped, mayOpen, NAV } from '@/metadata/nav'

const unit = (id: string, parent: string | null) => ({ id, key: id, name: id, parent, head: null })

describe('the tree of units', () => {
  const tree = unitTree([unit('b', 'a'), unit('a', null), unit('c', 'b'), unit('d', 'a'), unit('lost', 'gone')])
  it('reads from top to bottom, and loses no unit', () => {
    expect(tree.map((each) => `${each.depth}${each.id}`)).toEqual(['0a', '1b', '2c', '1d', '0lost'])
  })
  it('knows what lies below one', () => {
    expect([...unitsBelow(tree, 'b')]).toEqual(['b', 'c'])
    expect([...unitsBelow(tree, 'a')].sort()).toEqual(['a', 'b', 'c', 'd'])
    expect([...unitsBelow(tree, 'nothing')]).toEqual([])
  })
})

describe('the navigation', () => {
  const objects = new Set(['lead', 'customer', 'deal', 'task'])
  const seen = (rights: string[]) => NAV.filter((item) => mayOpen(item, rights, objects))
  it('shows a rep the own work, a manager the team, who configures the rest', () => {
    expect(grouped(seen(['export', 'merge', 'metrics.read'])).map(([group]) => group)).toEqual(['work'])
    expect(grouped(seen(['assign', 'metrics.read'])).map(([group]) => group)).toEqual(['work', 'team'])
    expect(seen(['audit.read']).map((item) => item.to)).toContain('/admin/audit')
    expect(NAV.every((item) => mayOpen(item, ['*'], objects))).toBe(true)
  })
  it('gives no key twice', () => {
    const keys = NAV.flatMap((item) => item.keys ?? [])
    expect(new Set(keys).size).toBe(keys.length)
  })
})
