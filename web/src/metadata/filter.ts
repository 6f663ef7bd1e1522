/**
 * Filters as a tree: all, any, not, leaves (field, operator, value) and opaque leaves kept word for word.
 * Printing to CEL escapes every value; what the tree cannot say stays a chip of its own and is never dropped.
 */
import type { FieldDefinition } from '@/api/types'

export type Leaf = { field: string; op: Operator; value?: LeafValue; unit?: 'minutes' | 'hours' | 'days' }
export type LeafValue = string | number | boolean | string[] | null
export type Tree = { all: Tree[] } | { any: Tree[] } | { not: Tree } | Leaf | { cel: string }

export type Operator = 'is' | 'is_not' | 'in' | 'not_in' | 'contains' | 'starts' | 'has' | 'lacks' | 'above' | 'below' | 'at_least' | 'at_most' | 'empty' | 'filled' | 'older' | 'within' | 'before' | 'after' | 'yes' | 'no'

const TEXT: Operator[] = ['contains', 'is', 'is_not', 'starts', 'empty', 'filled']
const NUMBER: Operator[] = ['at_least', 'above', 'at_most', 'below', 'is', 'empty', 'filled']
const TIME: Operator[] = ['within', 'older', 'after', 'before', 'empty', 'filled']
const CHOICE: Operator[] = ['in', 'not_in', 'empty', 'filled']
const LISTED: Operator[] = ['has', 'lacks', 'empty', 'filled']

const OPERATORS: Record<string, Operator[]> = {
  text: TEXT, long_text: TEXT, phone: TEXT, email: TEXT, url: TEXT, company: TEXT, uscc: ['is', 'empty', 'filled'],
  number: NUMBER, money: NUMBER, percent: NUMBER, date: ['after', 'before', 'empty', 'filled'], datetime: TIME,
  boolean: ['yes', 'no'], choice: CHOICE, person: CHOICE, relation: ['empty', 'filled'], multi_choice: LISTED, tags: LISTED,
}

/** Operators a person may choose for a field; empty when the field cannot be filtered here. */
export function operatorsOf(field: FieldDefinition): Operator[] {
  const kind = field.kind === 'formula' ? (field.result ?? 'text') : field.kind
  return OPERATORS[kind] ?? []
}

const SECONDS = { minutes: 60, hours: 3600, days: 86_400 }
const NAME = /^[a-z][a-z0-9_]*$/

/** A CEL string literal: every quote, backslash and control character escaped. */
export const celString = (text: string) => JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)

const celNumber = (value: LeafValue | undefined) => {
  const number = typeof value === 'number' ? value : Number(value)
  return Number.isFinite(number) ? String(number) : null
}

const COMPARE: Partial<Record<Operator, string>> = { is: '==', is_not: '!=', above: '>', below: '<', at_least: '>=', at_most: '<=' }

const asList = (value: LeafValue | undefined) => (Array.isArray(value) ? value : [value ?? '']).map(String)

function listed(field: string, leaf: Leaf): string | null {
  const literal = asList(leaf.value)
  if (!literal.length) return null
  if (leaf.op === 'has') return any(literal.map((each) => `${celString(each)} in ${field}`))
  if (leaf.op === 'lacks') return all(literal.map((each) => `!(${celString(each)} in ${field})`))
  const list = `${field} in [${literal.map(celString).join(', ')}]`
  return leaf.op === 'in' ? list : `!(${list})`
}

function compared(field: string, leaf: Leaf, kind: string): string | null {
  const sign = COMPARE[leaf.op]
  if (!sign) return null
  if (['number', 'money', 'percent'].includes(kind)) {
    const number = celNumber(leaf.value)
    return number === null ? null : `${field} ${sign} ${number}`
  }
  return `${field} ${sign} ${celString(String(leaf.value ?? ''))}`
}

function timed(field: string, leaf: Leaf, kind: string): string | null {
  if (leaf.op === 'older' || leaf.op === 'within') {
    const amount = celNumber(leaf.value)
    if (amount === null) return null
    const span = `duration("${Math.round(Number(amount) * SECONDS[leaf.unit ?? 'days'])}s")`
    return leaf.op === 'older' ? `${field} < now - ${span}` : `${field} >= now - ${span}`
  }
  const literal = kind === 'date' ? `date(${celString(String(leaf.value))})` : `timestamp(${celString(String(leaf.value))})`
  return leaf.value ? `${field} ${leaf.op === 'before' ? '<' : '>='} ${literal}` : null
}

function leafCel(leaf: Leaf, kind: string): string | null {
  const { field } = leaf
  if (!NAME.test(field)) return null
  const many = kind === 'tags' || kind === 'multi_choice'
  switch (leaf.op) {
    case 'empty': return many ? `size(${field}) == 0` : `${field} == null`
    case 'filled': return many ? `size(${field}) > 0` : `${field} != null`
    case 'yes': return `${field} == true`
    case 'no': return `${field} != true`
    case 'contains': return `${field}.contains(${celString(String(leaf.value ?? ''))})`
    case 'starts': return `${field}.startsWith(${celString(String(leaf.value ?? ''))})`
    case 'in': case 'not_in': case 'has': case 'lacks': return listed(field, leaf)
    case 'older': case 'within': case 'before': case 'after': return timed(field, leaf, kind)
    default: return compared(field, leaf, kind)
  }
}

const all = (parts: string[]) => (parts.length > 1 ? parts.map((part) => (/\|\|/.test(part) ? `(${part})` : part)).join(' && ') : (parts[0] ?? ''))
const any = (parts: string[]) => (parts.length > 1 ? `(${parts.join(' || ')})` : (parts[0] ?? ''))

/** The tree as CEL, or "" for no condition. `kindOf` answers a field's kind. Incomplete leaves say nothing. */
export function toCel(tree: Tree, kindOf: (field: string) => string): string {
  if ('cel' in tree) return tree.cel.trim() ? `(${tree.cel.trim()})` : ''
  if ('all' in tree) return all(tree.all.map((each) => toCel(each, kindOf)).filter(Boolean))
  if ('any' in tree) return any(tree.any.map((each) => toCel(each, kindOf)).filter(Boolean))
  if ('not' in tree) { const inner = toCel(tree.not, kindOf); return inner ? `!(${inner})` : '' }
  return leafCel(tree, kindOf(tree.field)) ?? ''
}

/** Read a tree back from the address bar; anything odd becomes no filter rather than an error. */
export function parseTree(text: string | undefined): Tree[] {
  if (!text) return []
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value.filter(isTree) : []
  } catch {
    return []
  }
}

function isTree(value: unknown): value is Tree {
  if (!value || typeof value !== 'object') return false
  if ('cel' in value) return typeof value.cel === 'string'
  if ('all' in value) return Array.isArray(value.all) && value.all.every(isTree)
  if ('any' in value) return Array.isArray(value.any) && value.any.every(isTree)
  if ('not' in value) return isTree(value.not)
  return 'field' in value && typeof value.field === 'string' && 'op' in value && typeof value.op === 'string'
}
