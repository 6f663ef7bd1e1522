/** A role's document read and written part by part: row scopes by object and verb, levels by field. Pure. */

type Doc = Record<string, unknown>
export const VERBS = ['read', 'create', 'update', 'delete', 'export'] as const
export type Verb = (typeof VERBS)[number]
export const WORDS = ['own', 'team', 'region', 'brand', 'all', 'none'] as const
export const LEVELS = ['write', 'read', 'masked', 'hidden'] as const
export type Level = (typeof LEVELS)[number]
export type Entry = string | Partial<Record<Verb | 'default', string>>

/** The entry of an object; undefined when the default holds for it. */
export function entryOf(document: Doc, object: string): Entry | undefined {
  const rows = document.rows
  if (typeof rows === 'string') return object === 'default' ? rows : undefined
  return (rows as Record<string, Entry> | undefined)?.[object] ?? (object === 'default' ? 'none' : undefined)
}

/** The scope of a verb as the server reads it. */
export function scopeOf(entry: Entry | undefined, verb: Verb): string {
  if (entry === undefined) return 'none'
  if (typeof entry === 'string') return entry
  return entry[verb] ?? (verb === 'export' ? (entry.read ?? 'none') : (entry.default ?? 'none'))
}

export const differs = (entry: Entry | undefined) => typeof entry === 'object'
export const isWord = (scope: string) => (WORDS as readonly string[]).includes(scope)

export function setEntry(document: Doc, object: string, entry: Entry | undefined): Doc {
  const rows: Record<string, Entry> = typeof document.rows === 'string' ? { default: document.rows } : { ...((document.rows as Record<string, Entry> | undefined) ?? {}) }
  if (entry === undefined) delete rows[object]
  else rows[object] = entry
  return { ...document, rows }
}

/** One scope for all verbs, taken apart by verb, and put together again when all are the same. */
export const apart = (entry: Entry | undefined): Entry => Object.fromEntries(VERBS.map((verb) => [verb, scopeOf(entry, verb)]))
export function setVerb(entry: Entry | undefined, verb: Verb, scope: string): Entry {
  return { ...(typeof entry === 'object' ? entry : (apart(entry) as object)), [verb]: scope }
}

const LISTS: Record<Exclude<Level, 'write'>, string> = { hidden: 'hide', masked: 'mask', read: 'read' }
const listsOf = (document: Doc) => (document.fields ?? {}) as Record<string, string[] | undefined>
const names = (object: string, field: string) => [`${object}.${field}`, `${object}.*`, `*.${field}`]

/** The level of a field, as the server reads it. */
export function levelOf(document: Doc, object: string, field: string): Level {
  const lists = listsOf(document)
  const has = (list: string[] | undefined) => names(object, field).some((name) => list?.includes(name))
  if (has(lists.hide)) return 'hidden'
  if (lists.only && !has(lists.only)) return 'hidden'
  if (has(lists.mask)) return 'masked'
  return has(lists.read) ? 'read' : 'write'
}

/** Whether the level comes from a pattern (object.*, *.field), which no single field can leave. */
export const byPattern = (document: Doc, object: string, field: string) => Object.entries(listsOf(document)).some(([list, held]) => list !== 'only' && (held?.includes(`${object}.*`) || held?.includes(`*.${field}`)))

/** The document with a field's level; every other name in the lists stays. */
export function setLevel(document: Doc, object: string, field: string, level: Level): Doc {
  const name = `${object}.${field}`
  const lists = listsOf(document)
  const next: Record<string, string[]> = {}
  for (const [list, held] of Object.entries(lists)) if (held) next[list] = held.filter((each) => each !== name)
  if (lists.only && level !== 'hidden') next.only = [...(next.only ?? []), name]
  if (level !== 'write' && !(level === 'hidden' && lists.only)) next[LISTS[level]] = [...(next[LISTS[level]] ?? []), name]
  const kept = Object.fromEntries(Object.entries(next).filter(([list, held]) => list === 'only' || held.length))
  const { fields: _old, ...rest } = document
  return Object.keys(kept).length ? { ...rest, fields: kept } : rest
}

export const RIGHTS = ['definitions.read', 'definitions.write', 'people.read', 'people.write', 'see_as', 'reveal', 'assign', 'pool.assign', 'merge', 'bulk', 'export', 'import', 'process.waive', 'process.audit', 'metrics.read', 'receipts.read', 'channels.write', 'outbox.read', 'tokens.write', 'events.write', 'brands.all', 'audit.read', 'clock'] as const
