/** The server's tree of a condition: all, any, not, leaves and parts kept word for word. Nothing here prints or reads CEL. */
import type { Json, Problem, Text } from '@/api/types'

export type Unit = 's' | 'm' | 'h' | 'd' | 'ms' | 'us'
export type Scalar = string | number | boolean
export interface Leaf { kind: 'leaf'; field?: string; fn?: string; op: string; value?: Scalar | Scalar[] | null; unit?: Unit; type?: string; other?: string; events?: string[]; listed?: boolean; window?: { value: number | null; unit: Unit }; comments?: string[] }
export interface Group { kind: 'all' | 'any' | 'not'; items: Tree[]; comments?: string[] }
export interface Opaque { kind: 'opaque'; source: string }
export type Tree = Leaf | Group | Opaque

/** What the server answers about a condition. */
export interface Reading { cel: string; tree: Tree; sentence: Text | null; parts: Text[]; problems: Problem[] }

export const EMPTY: Group = { kind: 'all', items: [] }
export const isGroup = (tree: Tree): tree is Group => tree.kind !== 'leaf' && tree.kind !== 'opaque'

/** A tree whose top is `all` or `any`, so that further conditions can be added; it prints the same. */
export const asGroup = (tree: Tree): Group => (tree.kind === 'all' || tree.kind === 'any' ? tree : { kind: 'all', items: [tree] })

/** A leaf and whether it stands behind a `not` of its own. */
export function unwrapped(tree: Tree): { leaf: Leaf; negated: boolean } | null {
  if (tree.kind === 'leaf') return { leaf: tree, negated: false }
  if (tree.kind === 'not' && !tree.comments?.length && tree.items[0]?.kind === 'leaf') return { leaf: tree.items[0], negated: true }
  return null
}

export const wrapped = (leaf: Leaf, negated: boolean): Tree => (negated ? { kind: 'not', items: [leaf] } : leaf)

/** The words that stand for a group: (kind, negated) → one choice. */
export type GroupWord = 'all' | 'any' | 'not_all' | 'not_any'
export function groupWord(tree: Group): { word: GroupWord; items: Tree[] } {
  if (tree.kind !== 'not') return { word: tree.kind, items: tree.items }
  const inner = tree.items[0]!
  return isGroup(inner) && inner.kind !== 'not' ? { word: `not_${inner.kind}`, items: inner.items } : { word: 'not_all', items: [inner] }
}

export function groupOf(word: GroupWord, items: Tree[], comments?: string[]): Group {
  const kind = word.endsWith('any') ? 'any' : 'all'
  const said = comments?.length ? { comments } : {}
  if (!word.startsWith('not_')) return { kind, items, ...said }
  return { kind: 'not', items: [items.length === 1 && !isGroup(items[0]!) ? items[0]! : { kind, items }], ...said }
}

const filled = (value: unknown) => (Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== '')

/** Leaves that still lack what makes them a condition. */
export function incomplete(tree: Tree): boolean {
  if (tree.kind === 'opaque') return !tree.source.trim()
  if (isGroup(tree)) return (tree.kind === 'not' && !tree.items.length) || tree.items.some(incomplete)
  return ('value' in tree && !filled(tree.value)) || tree.window?.value === null
}

/** The tree without empty groups: an empty group inside would say "always". */
export function pruned(tree: Tree): Tree {
  if (!isGroup(tree)) return tree
  const items = tree.items.map(pruned).filter((item) => !isGroup(item) || (item.kind === 'not' ? item.items.length && !(isGroup(item.items[0]!) && item.items[0].items.length === 0) : item.items.length))
  return { ...tree, items }
}

export const sameTree = (a: Tree | undefined, b: Tree | undefined) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** Problems of one part of a printed tree: their path is that of the part. */
export const problemsOf = (problems: Problem[], path: string) => problems.filter((problem) => (problem.path ?? '') === path)
export const asJson = (tree: Tree) => tree as unknown as Json
