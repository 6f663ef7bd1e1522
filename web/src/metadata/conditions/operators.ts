/** Operators by field kind: which leaf each one is, and which input its value takes. One table, read in both directions. */
import type { FieldDefinition } from '@/api/types'
import type { Leaf, Scalar, Tree } from './tree'
import { unwrapped, wrapped } from './tree'

export type Shape = 'none' | 'text' | 'texts' | 'number' | 'choices' | 'people' | 'date' | 'datetime' | 'span' | 'weekdays' | 'team' | 'region' | 'minutes'

export interface Operator {
  key: string
  op: string
  shape: Shape
  negated?: boolean
  fn?: string
  other?: string
  type?: 'date' | 'timestamp'
  /** The value that makes the operator what it is: yes, no, none of them. */
  fixed?: Scalar
  /** Read from conditions written by hand, not offered. */
  hidden?: boolean
  /** Only where a record's log over time may be asked. */
  overTime?: boolean
  /** The word is that of another operator. */
  word?: string
}

const EMPTY: Operator[] = [{ key: 'empty', op: 'empty', shape: 'none' }, { key: 'filled', op: 'not_empty', shape: 'none' }]
const TEXT: Operator[] = [
  { key: 'contains', op: 'contains', shape: 'text' }, { key: 'is', op: 'eq', shape: 'text' }, { key: 'is_not', op: 'ne', shape: 'text' }, { key: 'in', op: 'in', shape: 'texts' },
  { key: 'not_in', op: 'in', shape: 'texts', negated: true }, { key: 'starts', op: 'starts_with', shape: 'text' }, { key: 'ends', op: 'ends_with', shape: 'text' }, ...EMPTY,
]
const CODE: Operator[] = [{ key: 'is', op: 'eq', shape: 'text' }, { key: 'is_not', op: 'ne', shape: 'text' }, { key: 'in', op: 'in', shape: 'texts' }, ...EMPTY]
const CHOICE: Operator[] = [
  { key: 'in', op: 'in', shape: 'choices' }, { key: 'not_in', op: 'in', shape: 'choices', negated: true }, { key: 'is', op: 'eq', shape: 'choices', hidden: true }, { key: 'is_not', op: 'ne', shape: 'choices', hidden: true }, ...EMPTY,
]
const compared = (shape: Shape): Operator[] => [
  { key: 'at_least', op: 'ge', shape }, { key: 'above', op: 'gt', shape }, { key: 'at_most', op: 'le', shape }, { key: 'below', op: 'lt', shape }, { key: 'is', op: 'eq', shape }, { key: 'is_not', op: 'ne', shape },
]
const NUMBER: Operator[] = [...compared('number'), ...EMPTY]
const days = (shape: 'date' | 'datetime', type: 'date' | 'timestamp'): Operator[] => [
  { key: 'after', op: 'ge', shape, type }, { key: 'before', op: 'lt', shape, type }, { key: 'later', op: 'gt', shape, type, hidden: true }, { key: 'until', op: 'le', shape, type },
]
const DATE: Operator[] = [...days('date', 'date'), { key: 'on', op: 'eq', shape: 'date', type: 'date' }, ...EMPTY]
const TIME: Operator[] = [
  { key: 'older', op: 'age_gt', shape: 'span' }, { key: 'older', op: 'age_ge', shape: 'span', hidden: true }, { key: 'within', op: 'age_le', shape: 'span' }, { key: 'within', op: 'age_lt', shape: 'span', hidden: true },
  { key: 'working_over', op: 'gt', fn: 'working_minutes_since', shape: 'minutes' }, { key: 'working_over', op: 'ge', fn: 'working_minutes_since', shape: 'minutes', hidden: true },
  { key: 'due_within', op: 'ahead_le', shape: 'span' }, { key: 'due_within', op: 'ahead_lt', shape: 'span', hidden: true }, { key: 'due_after', op: 'ahead_gt', shape: 'span' },
  { key: 'days_over', op: 'gt', fn: 'days_since', shape: 'number', overTime: true }, { key: 'days_over', op: 'ge', fn: 'days_since', shape: 'number', hidden: true },
  { key: 'days_under', op: 'lt', fn: 'days_since', shape: 'number', overTime: true }, { key: 'days_under', op: 'le', fn: 'days_since', shape: 'number', hidden: true },
  ...days('datetime', 'timestamp'), { key: 'weekday', op: 'in', fn: 'weekday', shape: 'weekdays' },
  { key: 'hour_from', op: 'ge', fn: 'hour', shape: 'number' }, { key: 'hour_until', op: 'lt', fn: 'hour', shape: 'number' }, ...EMPTY,
]
const YES: Operator[] = [
  { key: 'yes', op: 'eq', shape: 'none', fixed: true }, { key: 'no', op: 'ne', shape: 'none', fixed: true }, { key: 'yes_is', word: 'yes', op: 'is_true', shape: 'none', hidden: true },
  { key: 'no_is', word: 'no', op: 'is_true', shape: 'none', negated: true, hidden: true }, { key: 'no_eq', word: 'no', op: 'eq', shape: 'none', fixed: false, hidden: true }, ...EMPTY,
]
const PERSON: Operator[] = [
  { key: 'me', op: 'eq', shape: 'none', other: 'me.id' }, { key: 'my_people', op: 'in', shape: 'none', other: 'me.people' }, { key: 'in', op: 'in', shape: 'people' }, { key: 'not_in', op: 'in', shape: 'people', negated: true },
  { key: 'is', op: 'eq', shape: 'people', hidden: true }, { key: 'is_not', op: 'ne', shape: 'people', hidden: true }, { key: 'not_me', op: 'ne', shape: 'none', other: 'me.id' },
  { key: 'in_team', op: 'in_team', shape: 'team' }, { key: 'not_in_team', op: 'in_team', shape: 'team', negated: true }, ...EMPTY,
]
const LISTED = (shape: Shape): Operator[] => [
  { key: 'has', op: 'has_any', shape }, { key: 'lacks', op: 'has_any', shape, negated: true }, { key: 'has_one', word: 'has', op: 'has', shape: 'text', hidden: true }, { key: 'lacks_one', word: 'lacks', op: 'has', shape: 'text', negated: true, hidden: true },
  { key: 'empty', op: 'eq', fn: 'size', shape: 'none', fixed: 0 }, { key: 'filled', op: 'gt', fn: 'size', shape: 'none', fixed: 0 },
]
const PLACE: Operator[] = [{ key: 'in_region', op: 'in_region', shape: 'region' }, { key: 'not_in_region', op: 'in_region', shape: 'region', negated: true }]

const KINDS: Record<string, Operator[]> = {
  text: TEXT, long_text: TEXT, phone: TEXT, email: TEXT, url: TEXT, company: TEXT, uscc: CODE, number: NUMBER, money: NUMBER, percent: NUMBER, date: DATE, datetime: TIME, boolean: YES,
  choice: CHOICE, named: CHOICE, person: PERSON, relation: EMPTY, multi_choice: LISTED('choices'), tags: LISTED('texts'), region: PLACE,
}

/** The kind by which a field is asked about: a formula counts as its result. */
export const askedKind = (field: FieldDefinition) => (field.kind === 'formula' ? (field.result ?? 'text') : field.kind === 'rollup' ? (field.result ?? 'number') : field.kind)
export const operatorsOf = (field: FieldDefinition): Operator[] => KINDS[askedKind(field)] ?? []

/** The operator a condition is, with its leaf; null when no operator says it (it is then shown as it is written). */
export function operatorOf(tree: Tree, field: FieldDefinition | undefined): { operator: Operator; leaf: Leaf } | null {
  const found = unwrapped(tree)
  if (!found || !field) return null
  const { leaf, negated } = found
  const operator = operatorsOf(field).find((each) => each.op === leaf.op && Boolean(each.negated) === negated && each.fn === leaf.fn && (each.other === leaf.other || (each.shape === 'number' && isNumber(leaf.other)))
    && (each.fixed === undefined || each.fixed === leaf.value) && (each.type === undefined || each.type === leaf.type) && fits(each, leaf))
  return operator ? { operator, leaf } : null
}

/** A number the document has under a name of its own. */
export const isNumber = (other: string | undefined) => Boolean(other?.startsWith('limit.'))

function fits({ shape }: Operator, { value, unit, other }: Leaf): boolean {
  if (shape === 'number' && isNumber(other)) return true
  switch (shape) {
    case 'span': return typeof value === 'number' && (unit === 'm' || unit === 'h' || unit === 'd' || unit === 's')
    case 'number': case 'minutes': return typeof value === 'number' || value === null || value === ''
    case 'texts': case 'weekdays': case 'choices': case 'people': return Array.isArray(value) || typeof value === 'string'
    case 'none': return true
    default: return typeof value === 'string' || value === null || value === undefined
  }
}

/** A new condition; its value is still to be given unless the operator has none. */
export function start(path: string, operator: Operator, value?: Leaf['value']): Tree {
  const leaf: Leaf = { kind: 'leaf', field: path, op: operator.op }
  if (operator.fn) leaf.fn = operator.fn
  if (operator.other) leaf.other = operator.other
  else if (operator.fixed !== undefined) leaf.value = operator.fixed
  else if (operator.shape === 'span') Object.assign(leaf, { value: 30, unit: 'm' })
  else if (operator.shape !== 'none') leaf.value = value ?? (['texts', 'choices', 'people', 'weekdays'].includes(operator.shape) ? [] : null)
  if (operator.type) leaf.type = operator.type
  return wrapped(leaf, operator.negated ?? false)
}

/** The same condition with another operator; the value stays where it still fits. */
export function withOperator(path: string, from: { operator: Operator; leaf: Leaf } | null, operator: Operator): Tree {
  const same = from && from.operator.shape === operator.shape && operator.fixed === undefined && operator.shape !== 'none'
  if (!same) return start(path, operator)
  const next = unwrapped(start(path, operator))!
  if (isNumber(from.leaf.other)) { const { value: _none, ...rest } = next.leaf; return wrapped({ ...rest, other: from.leaf.other! }, next.negated) }
  return wrapped({ ...next.leaf, value: from.leaf.value ?? null, ...(from.leaf.unit ? { unit: from.leaf.unit } : {}) }, next.negated)
}
