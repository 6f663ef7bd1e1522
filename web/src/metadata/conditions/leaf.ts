/** What a row of its own can show of a condition, and with what a new one begins. */
import { isNumber, operatorOf, operatorsOf, start } from './operators'
import type { Subject } from './subjects'
import { unwrapped, type Tree } from './tree'

/** Whether the row can show the condition with its own inputs. */
export function canShow(tree: Tree, byPath: Map<string, Subject>): boolean {
  const found = unwrapped(tree)
  if (!found) return false
  const { leaf, negated } = found
  if (leaf.comments?.length) return false
  if (leaf.fn === 'count_events') return !negated && Array.isArray(leaf.events) && (typeof leaf.value === 'number' || leaf.value === null)
  if (leaf.fn === 'count_changes' || leaf.fn === 'days_since_event') return !negated && (typeof leaf.value === 'number' || leaf.value === null || isNumber(leaf.other)) && (leaf.fn === 'days_since_event' || byPath.has(leaf.field ?? ''))
  if (leaf.op === 'changed') return !negated && byPath.has(leaf.field ?? '')
  return operatorOf(tree, byPath.get(leaf.field ?? '')?.field) !== null
}

export function startLeaf(subject: Subject): Tree {
  return start(subject.path, operatorsOf(subject.field)[0]!)
}
