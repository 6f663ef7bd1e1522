/** Who takes over what of somebody's: what belongs together stays together, and everybody gets as much as is fair. */

/** What a person holds: whose it is by which field, which of it still matters, and what it follows. */
export const HELD: Record<string, { field: 'owner' | 'assignee'; filter?: string; follows: string[] }> = {
  task: { field: 'assignee', filter: 'status == "open"', follows: ['subject_deal', 'subject_customer', 'subject_lead'] },
  contact: { field: 'owner', follows: ['customer'] },
  deal: { field: 'owner', filter: 'status == "open"', follows: ['customer'] },
  lead: { field: 'owner', filter: 'status in ["new", "assigned", "working", "qualified"]', follows: ['customer'] },
  customer: { field: 'owner', follows: [] },
}

export interface Thing { object: string; id: string; follows: (string | null)[] }
/** `base`: what somebody is counted as holding already; zero for all shares evenly. */
export interface Taker { person: string; base: number }
export interface Batch { object: string; person: string; ids: string[] }

/** Contacts and tasks come with their customer and are nobody's burden. */
const weighs = (thing: Thing) => (thing.object === 'contact' || thing.object === 'task' ? 0 : 1)

/** The large groups first, each to whoever then has the least; followers in batches before what they follow. */
export function spread(things: readonly Thing[], takers: readonly Taker[]): Batch[] {
  if (!takers.length) return []
  const known = new Map(things.map((thing) => [thing.id, thing]))
  const headOf = (thing: Thing, depth = 0): string => {
    const next = depth < 4 ? thing.follows.map((id) => (id ? known.get(id) : undefined)).find((each) => each && each.id !== thing.id) : undefined
    return next ? headOf(next, depth + 1) : thing.id
  }
  const groups = new Map<string, Thing[]>()
  for (const thing of things) { const head = headOf(thing); groups.set(head, [...(groups.get(head) ?? []), thing]) }
  const sized = [...groups.values()].map((group) => ({ group, size: group.reduce((sum, thing) => sum + weighs(thing), 0) })).toSorted((a, b) => b.size - a.size)
  const held = takers.map((taker) => ({ ...taker }))
  const given = new Map<string, string>()
  for (const { group, size } of sized) {
    const least = held.reduce((a, b) => (b.base < a.base ? b : a))
    least.base += size
    for (const thing of group) given.set(thing.id, least.person)
  }
  return Object.keys(HELD).flatMap((object) => takers.map(({ person }) => ({ object, person, ids: things.filter((thing) => thing.object === object && given.get(thing.id) === person).map((thing) => thing.id) }))).filter((batch) => batch.ids.length > 0)
}
