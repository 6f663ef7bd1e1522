/** Rows in groups: heads in the order of the field's values, with counts and totals from the one aggregate, and the rows loaded so far. */
import { useQuery } from '@tanstack/react-query'
import type { FieldDefinition, RecordRow, Total } from '@/api/types'
import { call } from '@/lib/api'

export interface GroupHead { value: unknown; key: string; count: number; totals: Record<string, number | null> }
export type Item = { kind: 'group'; head: GroupHead; open: boolean; loaded: number } | { kind: 'row'; row: RecordRow; index: number }

interface Figures { rows: Record<string, unknown>[]; people?: Record<string, string>; related?: Record<string, string> }

const keyOf = (value: unknown) => (value === null || value === undefined ? '' : String(value))

/** Counts and totals, by group or of the whole; one statement. */
export function useFigures(object: string, asked: { filter: string; search: string; group?: string | undefined; totals: Record<string, Total> }, enabled = true) {
  const aggregates = [{ as: 'count', fn: 'count' }, ...Object.entries(asked.totals).map(([field, fn]) => ({ as: `t_${field}`, fn, field }))]
  return useQuery({
    queryKey: ['records', object, 'list', 'figures', asked],
    queryFn: ({ signal }) => call<Figures>('post', '/api/v1/records/{object_key}/aggregate', {
      path: { object_key: object }, signal, body: { group: asked.group ? [asked.group] : [], aggregates, ...(asked.filter ? { filter: asked.filter } : {}), ...(asked.search ? { search: asked.search } : {}) },
    }),
    enabled,
    placeholderData: (previous) => previous,
  })
}

export function headsOf(rows: Record<string, unknown>[], field: FieldDefinition | undefined, totals: Record<string, Total>, nameOf: (value: unknown) => string): GroupHead[] {
  const order = new Map(field?.options?.map((option, at) => [option.key, at]))
  const heads = rows.map((row) => ({ value: field ? row[field.key] : null, key: keyOf(field ? row[field.key] : null), count: Number(row.count ?? 0), totals: Object.fromEntries(Object.keys(totals).map((key) => [key, row[`t_${key}`] === null || row[`t_${key}`] === undefined ? null : Number(row[`t_${key}`])])) }))
  return heads.sort((a, b) => {
    if (!a.key || !b.key) return Number(!a.key) - Number(!b.key)
    if (order.size) return (order.get(a.key) ?? 999) - (order.get(b.key) ?? 999)
    // As the rows come: references stand in the order of their names.
    return field?.kind === 'person' || field?.kind === 'relation' ? nameOf(a.value).localeCompare(nameOf(b.value), 'zh-CN') : a.key < b.key ? -1 : 1
  })
}

/** Heads and rows as the list draws them; a group without head is one that came since the figures. */
export function itemsOf(rows: RecordRow[], heads: GroupHead[] | null, field: string | undefined, closed: ReadonlySet<string>): Item[] {
  if (!heads || !field) return rows.map((row, index) => ({ kind: 'row', row, index }))
  const byKey = new Map<string, Item[]>()
  rows.forEach((row, index) => { const key = keyOf(row[field]); byKey.set(key, [...(byKey.get(key) ?? []), { kind: 'row', row, index }]) })
  const known = new Set(heads.map((head) => head.key))
  const more = [...byKey.keys()].filter((key) => !known.has(key)).map((key): GroupHead => ({ key, value: key || null, count: byKey.get(key)!.length, totals: {} }))
  return [...heads, ...more].flatMap((head): Item[] => [{ kind: 'group', head, open: !closed.has(head.key), loaded: byKey.get(head.key)?.length ?? 0 }, ...(closed.has(head.key) ? [] : byKey.get(head.key) ?? [])])
}

/** What a condition says of one value of a field, in CEL. Keys of choices and ids need no more than a plain literal. */
export const equals = (field: FieldDefinition, value: unknown) => (value === null || value === undefined || value === '' ? `${field.key} == null` : field.kind === 'boolean' ? `${field.key} == ${String(value)}` : field.kind === 'date' ? `${field.key} == date(${JSON.stringify(String(value))})` : `${field.key} == ${JSON.stringify(String(value))}`)

export const GROUP_HEIGHT = 40
export const itemKey = (item: Item) => (item.kind === 'row' ? item.row.id : `group:${item.head.key}`)

/** Where each item begins, from the top of the list. */
export function startsOf(items: Item[], height: number): number[] {
  let at = 0
  return items.map((item) => { const start = at; at += item.kind === 'group' ? GROUP_HEIGHT : height; return start })
}
