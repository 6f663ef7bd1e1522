import { describe, expect, it } from 'vitest'
import { spread, type Batch, type Thing } from '@/metadata/lists/spread'

const thing = (object: string, id: string, ...follows: (string | null)[]): Thing => ({ object, id, follows })
const of = (batches: Batch[], person: string) => batches.filter((batch) => batch.person === person).flatMap((batch) => batch.ids).toSorted()
const even = [{ person: 'a', base: 0 }, { person: 'b', base: 0 }]

describe('handing over everything of a person', () => {
  it('keeps what belongs to a customer with whoever takes the customer', () => {
    const things = [thing('customer', 'c1'), thing('customer', 'c2'), thing('deal', 'd1', 'c1'), thing('contact', 'k1', 'c1'), thing('task', 't1', 'd1', null, null), thing('deal', 'd2', 'c2')]
    const batches = spread(things, even)
    const [one, other] = [of(batches, 'a'), of(batches, 'b')]
    expect([...one, ...other].toSorted()).toEqual(things.map((each) => each.id).toSorted())
    const home = one.includes('c1') ? one : other
    expect(home).toEqual(expect.arrayContaining(['c1', 'd1', 'k1', 't1']))
    expect(home).not.toContain('c2')
  })

  it('shares evenly to within one', () => {
    const batches = spread(Array.from({ length: 31 }, (_, n) => thing('lead', `l${n}`)), [...even, { person: 'c', base: 0 }])
    expect(batches.map((batch) => batch.ids.length).toSorted()).toEqual([10, 10, 11])
  })

  it('gives by load to whoever has least first', () => {
    const batches = spread(Array.from({ length: 6 }, (_, n) => thing('lead', `l${n}`)), [{ person: 'a', base: 4 }, { person: 'b', base: 0 }])
    expect([of(batches, 'a').length, of(batches, 'b').length]).toEqual([1, 5])
  })

  it('hands followers over before what they follow, and leaves out what is nobody’s', () => {
    const batches = spread([thing('customer', 'c'), thing('task', 't', 'elsewhere'), thing('deal', 'd', 'c')], [{ person: 'a', base: 0 }])
    expect(batches.map((batch) => batch.object)).toEqual(['task', 'deal', 'customer'])
    expect(spread([thing('lead', 'l')], [])).toEqual([])
  })
})
