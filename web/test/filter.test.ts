import { describe, expect, it } from 'vitest'
import { celString, operatorsOf, parseTree, toCel, type Tree } from '@/metadata/filter'

const KINDS: Record<string, string> = { intent: 'choice', budget: 'money', tags: 'tags', created_at: 'datetime', day: 'date', company: 'company', owner: 'person', vip: 'boolean' }
const kindOf = (field: string) => KINDS[field] ?? 'text'
const cel = (tree: Tree) => toCel(tree, kindOf)

describe('the filter tree', () => {
  it('prints each kind of condition as CEL', () => {
    expect(cel({ field: 'intent', op: 'in', value: ['A', 'B'] })).toBe('intent in ["A", "B"]')
    expect(cel({ field: 'budget', op: 'at_least', value: '500000' })).toBe('budget >= 500000')
    expect(cel({ field: 'tags', op: 'has', value: ['vip', 'old'] })).toBe('("vip" in tags || "old" in tags)')
    expect(cel({ field: 'created_at', op: 'older', value: 30, unit: 'minutes' })).toBe('created_at < now - duration("1800s")')
    expect(cel({ field: 'day', op: 'after', value: '2026-01-31' })).toBe('day >= date("2026-01-31")')
    expect(cel({ field: 'vip', op: 'no' })).toBe('vip != true')
    expect(cel({ field: 'tags', op: 'empty' })).toBe('size(tags) == 0')
  })

  it('joins with all, any and not, and keeps an advanced condition word for word', () => {
    const tree: Tree = { all: [{ any: [{ field: 'company', op: 'contains', value: '云' }, { field: 'vip', op: 'yes' }] }, { not: { field: 'owner', op: 'empty' } }, { cel: 'working_time_since(assigned_at) > duration("30m")' }] }
    expect(cel(tree)).toBe('((company.contains("云") || vip == true)) && !(owner == null) && (working_time_since(assigned_at) > duration("30m"))')
  })

  it('escapes every quote, backslash and line end, so that a value never becomes an expression', () => {
    expect(cel({ field: 'company', op: 'is', value: 'a" || true || "\\' })).toBe('company == "a\\" || true || \\"\\\\"')
    expect(celString('a\nb\u2028c')).toBe('"a\\nb\\u2028c"')
  })

  it('says nothing for what is incomplete or not a field name', () => {
    expect(cel({ field: 'budget', op: 'above', value: 'viel' })).toBe('')
    expect(cel({ field: 'x) || true', op: 'is', value: '1' })).toBe('')
    expect(cel({ all: [{ cel: '  ' }, { field: 'budget', op: 'above', value: 1 }] })).toBe('budget > 1')
  })

  it('comes back from the address bar unchanged, and anything odd becomes no filter', () => {
    const trees: Tree[] = [{ field: 'intent', op: 'in', value: ['A'] }, { cel: 'a == "b"' }]
    expect(parseTree(JSON.stringify(trees))).toEqual(trees)
    expect(parseTree('{')).toEqual([])
    expect(parseTree('[{"op":"is"},{"any":[{"cel":1}]},5]')).toEqual([])
  })

  it('offers operators by field kind, none for kinds it cannot filter', () => {
    expect(operatorsOf({ key: 'x', kind: 'money', name: {}, can: 'read' })).toContain('at_least')
    expect(operatorsOf({ key: 'x', kind: 'file', name: {}, can: 'read' })).toEqual([])
    expect(operatorsOf({ key: 'x', kind: 'formula', result: 'number', name: {}, can: 'read' })).toContain('above')
  })
})
