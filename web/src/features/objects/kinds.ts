/** The kinds of field as people choose them: their order, their sign, and what may be set. */
import type { IconName } from '@/ui/Icon'

export interface FieldKind { key: string; icon: IconName; settings: readonly Setting[] }
export type Setting = 'options' | 'decimals' | 'range' | 'least' | 'target' | 'formula' | 'rollup' | 'multiple' | 'default' | 'search' | 'required' | 'unique'

const typed: Setting[] = ['required', 'default', 'search']
export const FIELD_KINDS: readonly FieldKind[] = [
  { key: 'text', icon: 'edit', settings: [...typed, 'unique'] },
  { key: 'long_text', icon: 'note', settings: ['required', 'search'] },
  { key: 'number', icon: 'board', settings: ['required', 'default', 'decimals', 'range'] },
  { key: 'money', icon: 'deal', settings: ['required', 'least'] },
  { key: 'percent', icon: 'half', settings: ['required'] },
  { key: 'date', icon: 'task', settings: ['required'] },
  { key: 'datetime', icon: 'clock', settings: ['required'] },
  { key: 'boolean', icon: 'tick', settings: ['default'] },
  { key: 'choice', icon: 'down', settings: ['options', 'required', 'default'] },
  { key: 'multi_choice', icon: 'filter', settings: ['options', 'required'] },
  { key: 'tags', icon: 'heat', settings: ['search'] },
  { key: 'person', icon: 'person', settings: ['required'] },
  { key: 'relation', icon: 'merge', settings: ['target', 'required'] },
  { key: 'phone', icon: 'phone', settings: ['required', 'search'] },
  { key: 'email', icon: 'message', settings: ['required', 'search'] },
  { key: 'url', icon: 'globe', settings: ['required'] },
  { key: 'company', icon: 'building', settings: ['required', 'search'] },
  { key: 'uscc', icon: 'ledger', settings: ['required', 'search'] },
  { key: 'region', icon: 'route', settings: ['required'] },
  { key: 'file', icon: 'pool', settings: ['required'] },
  { key: 'formula', icon: 'settings', settings: ['formula'] },
  { key: 'rollup', icon: 'plus', settings: ['rollup'] },
]
export const kindOf = (key: string): FieldKind => FIELD_KINDS.find((kind) => kind.key === key) ?? FIELD_KINDS[0]!

export const TONES = ['idle', 'ontrack', 'soon', 'done', 'overdue'] as const
export const RESULTS = ['number', 'money', 'percent', 'text', 'boolean', 'date', 'datetime', 'tags'] as const
export const AGGREGATES = ['count', 'sum', 'avg', 'min', 'max', 'last'] as const

export interface FieldSpec { key: string; kind: string; name?: { zh?: string; en?: string }; [more: string]: unknown }

/** A new field of a kind, with what the kind cannot do without. */
export function newField(kind: string, key: string, name: string): FieldSpec {
  const field: FieldSpec = { key, kind, name: { zh: name, en: name } }
  if (kind === 'choice' || kind === 'multi_choice') field.options = []
  if (kind === 'relation') field.to = 'customer'
  if (kind === 'formula') { field.expr = ''; field.result = 'number' }
  if (kind === 'rollup') { field.events = ['touch.response']; field.aggregate = 'count' }
  return field
}

/** The field as another kind: what both understand stays, what only the old one had goes. */
export function asKind(field: FieldSpec, kind: string): FieldSpec {
  const lost = new Set(['options', 'to', 'inverse', 'expr', 'result', 'of', 'events', 'aggregate', 'field', 'filter', 'decimals', 'min', 'max', 'default', 'unique', 'multiple'])
  const keepOptions = kind.endsWith('choice') && field.kind.endsWith('choice')
  const rest = Object.fromEntries(Object.entries(field).filter(([name]) => !lost.has(name) || (keepOptions && name === 'options'))) as FieldSpec
  return { ...newField(kind, field.key, ''), ...rest, kind, name: field.name ?? {} }
}
