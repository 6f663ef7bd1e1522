import { describe, expect, it } from 'vitest'
import type { FieldDefinition } from '@/api/types'
import { operatorOf, operatorsOf, start, withOperator } from '@/metadata/conditions/operators'
import { offsetOf } from '@/metadata/conditions/OpaquePart'
import { asGroup, groupOf, groupWord, incomplete, pruned, type Group, type Tree } from '@/metadata/conditions/tree'
import { typedNumber } from '@/metadata/conditions/ValueBox'

const field = (kind: string, more: Partial<FieldDefinition> = {}): FieldDefinition => ({ key: 'x', kind, name: {}, can: 'read', ...more })
const KINDS = ['text', 'long_text', 'phone', 'email', 'url', 'company', 'uscc', 'number', 'money', 'percent', 'date', 'datetime', 'boolean', 'choice', 'person', 'relation', 'multi_choice', 'tags', 'region']
const VALUE: Record<string, unknown> = { text: '东', texts: ['a'], number: 5, minutes: 30, choices: ['A'], people: ['p'], date: '2026-01-31', datetime: '2026-01-31T01:00:00Z', weekdays: [6], team: 'east', region: 'north' }

describe('operators', () => {
  it('are recognised again in the condition they make, for every kind', () => {
    for (const kind of KINDS) {
      expect(operatorsOf(field(kind)).length, kind).toBeGreaterThan(0)
      for (const operator of operatorsOf(field(kind))) {
        const tree = start('x', operator, VALUE[operator.shape] as never)
        expect(operatorOf(tree, field(kind))?.operator, `${kind} ${operator.key}`).toBe(operator)
        expect(incomplete(tree), `${kind} ${operator.key}`).toBe(false)
      }
    }
  })

  it('are incomplete without their value, and keep it when the operator changes', () => {
    const [contains, is] = operatorsOf(field('text')) as [never, never]
    expect(incomplete(start('x', contains))).toBe(true)
    const from = operatorOf(start('x', contains, '"引号\\'), field('text'))!
    expect(withOperator('x', from, is)).toEqual({ kind: 'leaf', field: 'x', op: 'eq', value: '"引号\\' })
    expect(incomplete(withOperator('x', from, operatorsOf(field('text')).find((each) => each.key === 'in')!))).toBe(true)
  })

  it('do not claim what they cannot say', () => {
    expect(operatorOf({ kind: 'leaf', field: 'x', op: 'eq', other: 'y' }, field('text'))).toBeNull()
    expect(operatorOf({ kind: 'leaf', field: 'x', op: 'age_gt', value: 3, unit: 'ms' }, field('datetime'))).toBeNull()
    expect(operatorOf({ kind: 'leaf', fn: 'lower', field: 'x', op: 'eq', value: 'a' }, field('text'))).toBeNull()
    expect(operatorsOf(field('file'))).toEqual([])
  })
})

describe('groups', () => {
  const leaf: Tree = { kind: 'leaf', field: 'x', op: 'empty' }
  it('keep their word and their parts in both directions', () => {
    for (const word of ['all', 'any', 'not_all', 'not_any'] as const) {
      const group = groupOf(word, [leaf, leaf])
      expect(groupWord(group)).toEqual({ word, items: [leaf, leaf] })
    }
    expect(groupOf('not_all', [leaf])).toEqual({ kind: 'not', items: [leaf] })
    expect(asGroup(leaf)).toEqual({ kind: 'all', items: [leaf] })
  })

  it('are left out where empty, so that none says "always" by accident', () => {
    const tree: Group = { kind: 'any', items: [leaf, { kind: 'all', items: [] }, { kind: 'not', items: [{ kind: 'all', items: [] }] }] }
    expect(pruned(tree)).toEqual({ kind: 'any', items: [leaf] })
  })
})

describe('what is typed', () => {
  it('is read as a number in major units', () => {
    expect([typedNumber('15万', 'money'), typedNumber('99.99', 'money'), typedNumber('12', 'percent'), typedNumber('12%', 'percent'), typedNumber('3', 'number'), typedNumber('viel', 'money'), typedNumber('', 'number')]).toEqual([150000, 99.99, 0.12, 0.12, 3, null, null])
  })

  it('is found again by line and column', () => {
    const text = 'a == 1\n && b'
    expect(text.slice(offsetOf(text, 2, 5))).toBe('b')
  })
})
