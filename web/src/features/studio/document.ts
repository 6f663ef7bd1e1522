/** A definition's text and its document: YAML or JSON in, problems with their line out. */
import { LineCounter, parseDocument, stringify } from 'yaml'
import type { Problem } from '@/api/types'

export type Format = 'yaml' | 'json'

const ORDER = ['kind', 'key', 'object', 'name', 'help', 'via', 'channel', 'icon', 'title', 'enabled', 'order', 'on', 'event', 'created', 'changed', 'since', 'after', 'unit', 'calendar', 'cancel', 'cron', 'when', 'once_per', 'cool_down', 'limits', 'action', 'do', 'to', 'choose', 'else', 'columns', 'filter', 'sort', 'required', 'options', 'zh', 'en']
const LAST = ['fields', 'conditions', 'rows', 'mapping', 'urgency', 'body']
const place = (key: string) => { const first = ORDER.indexOf(key); return first >= 0 ? first : LAST.includes(key) ? 200 + LAST.indexOf(key) : 100 }

/** The document with its keys in the order people write them; the database keeps none. */
export function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (!value || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => place(a) - place(b)).map(([key, inner]) => [key, inOrder(inner)]))
}

export const write = (document: unknown, format: Format) => (format === 'json' ? JSON.stringify(inOrder(document), null, 2) : stringify(inOrder(document), { lineWidth: 110, aliasDuplicateObjects: false }))

export interface Parsed { document: Record<string, unknown> | null; problems: Problem[] }

/** Read what was typed; JSON is YAML too. */
export function read(text: string): Parsed {
  const lines = new LineCounter()
  const parsed = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  if (parsed.errors.length) {
    return { document: null, problems: parsed.errors.map((error) => ({ code: 'definition.syntax', params: { detail: error.message.split('\n')[0] ?? '' }, line: error.linePos?.[0].line ?? 1, column: error.linePos?.[0].col ?? 1 })) }
  }
  const value: unknown = parsed.toJS({ maxAliasCount: 50 })
  if (!value || typeof value !== 'object' || Array.isArray(value)) return { document: null, problems: [{ code: 'definition.not_a_document', line: 1 }] }
  return { document: value as Record<string, unknown>, problems: [] }
}

/** The line of a dotted path such as `rows.3.when`, so that a server's problem can be shown in place. */
export function lineOf(text: string, path: string): number | null {
  const lines = new LineCounter()
  const parsed = parseDocument(text, { lineCounter: lines })
  const steps = path.split('.').filter(Boolean).map((step) => (/^\d+$/.test(step) ? Number(step) : step))
  for (let length = steps.length; length > 0; length--) {
    const node = parsed.getIn(steps.slice(0, length), true) as { range?: [number, number, number] } | undefined
    if (node?.range) return lines.linePos(node.range[0]).line
  }
  return null
}
