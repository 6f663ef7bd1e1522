/** The table as a sheet: text in and out of every cell, and what is done to rows. Pure; a document goes in and a document comes out. */
import { readCell, showCell, type CondColumn, type Option, type Words } from './cells'
import { joinWhen, splitWhen } from './conditions'
import { readKey, readTarget, showKey, showTarget, type Directory, type TargetWords, type To } from './targets'

export interface Row { key?: string; name?: { zh?: string; en?: string } | string; when?: string; to?: To; choose?: string; else?: string; calendar?: string; trainee_ok?: boolean; unread?: Record<string, string>; [more: string]: unknown }
export interface Place { row: number; col: number }
export interface Range { top: number; left: number; bottom: number; right: number }
export interface Sheet { columns: CondColumn[]; ids: string[]; labels: string[]; directory: Directory; choose: Option[]; words: Words; target: TargetWords; tongue: 'zh' | 'en'; rowName: (row: Row, at: number) => string }

export const AFTER = ['rest', 'to', 'choose', 'trainee_ok', 'else', 'calendar'] as const
const columnOf = (sheet: Sheet, id: string) => sheet.columns.find((column) => column.path === id)
const nameOf = (row: Row, tongue: 'zh' | 'en') => (typeof row.name === 'string' ? row.name : ((tongue === 'en' ? row.name?.en || row.name?.zh : row.name?.zh || row.name?.en) ?? ''))

/** The text of a cell. */
export function readText(row: Row, id: string, sheet: Sheet, rows: Row[]): string {
  switch (id) {
    case 'name': return nameOf(row, sheet.tongue)
    case 'rest': return splitWhen(row.when ?? 'true', sheet.columns).rest.join(' && ')
    case 'to': return showTarget(row.to, sheet.directory, sheet.target)
    case 'choose': return showKey(row.choose, sheet.choose)
    case 'trainee_ok': return row.trainee_ok === undefined ? '' : row.trainee_ok ? sheet.words.yes : sheet.words.no
    case 'calendar': return showKey(row.calendar, sheet.directory.calendars)
    case 'else': { const at = rows.findIndex((other) => other.key === row.else); return row.else ? (at < 0 ? row.else : sheet.rowName(rows[at]!, at)) : '' }
    default: {
      const column = columnOf(sheet, id)
      return row.unread?.[id] ?? (column ? showCell(splitWhen(row.when ?? 'true', sheet.columns).cells[id], column, sheet.words) : '')
    }
  }
}

function without(row: Row, key: keyof Row): Row {
  const { [key]: _gone, ...rest } = row
  return rest
}
const set = (row: Row, key: keyof Row, value: unknown): Row => (value === undefined || value === '' ? without(row, key) : { ...row, [key]: value })

/** The row with another text in a cell. A condition that cannot be understood is kept as typed, for the check to name. */
export function writeText(row: Row, id: string, text: string, sheet: Sheet, rows: Row[]): Row {
  if (text.trim() === readText(row, id, sheet, rows)) return row
  switch (id) {
    case 'name': return { ...row, name: { ...(typeof row.name === 'object' ? row.name : {}), [sheet.tongue]: text.trim() } }
    case 'rest': return { ...row, when: joinWhen({ ...splitWhen(row.when ?? 'true', sheet.columns), rest: [text.trim()] }, sheet.columns) }
    case 'to': return { ...row, to: readTarget(text, sheet.directory) }
    case 'choose': return set(row, 'choose', readKey(text, sheet.choose))
    case 'calendar': return set(row, 'calendar', readKey(text, sheet.directory.calendars))
    case 'trainee_ok': return set(row, 'trainee_ok', text.trim() ? /^(是|可以|yes|true|1|√|y|有)$/i.test(text.trim()) : undefined)
    case 'else': return set(row, 'else', elseKey(text.trim(), sheet, rows))
    default: return writeCondition(row, id, text, sheet)
  }
}

function elseKey(text: string, sheet: Sheet, rows: Row[]): string | undefined {
  if (!text) return undefined
  const number = /^(?:第\s*|row\s*)?(\d+)\s*行?$/i.exec(text)
  const at = number ? Number(number[1]) - 1 : rows.findIndex((row, place) => sheet.rowName(row, place) === text || nameOf(row, sheet.tongue) === text || row.key === text)
  return rows[at]?.key ?? text
}

function writeCondition(row: Row, path: string, text: string, sheet: Sheet): Row {
  const column = columnOf(sheet, path)
  if (!column) return row
  const split = splitWhen(row.when ?? 'true', sheet.columns)
  const cell = readCell(text, column)
  const { [path]: _old, ...unread } = row.unread ?? {}
  if (cell === undefined) unread[path] = text.trim()
  const { [path]: _cell, ...cells } = split.cells
  if (cell) cells[path] = cell
  const next = { ...row, when: joinWhen({ ...split, cells }, sheet.columns) }
  return Object.keys(unread).length ? { ...next, unread } : without(next, 'unread')
}

export function freshKey(rows: Row[]): string {
  const taken = new Set(rows.map((row) => row.key))
  let n = rows.length + 1
  while (taken.has(`row_${n}`)) n += 1
  return `row_${n}`
}

const blank = (rows: Row[]): Row => ({ key: freshKey(rows), when: 'true', to: {} })

export const insertRow = (rows: Row[], at: number): Row[] => [...rows.slice(0, at), blank(rows), ...rows.slice(at)]
export const duplicateRow = (rows: Row[], at: number): Row[] => [...rows.slice(0, at + 1), { ...structuredClone(rows[at]!), key: freshKey(rows) }, ...rows.slice(at + 1)]

/** Rows taken out; whoever named one of them as next names nobody. */
export function deleteRows(rows: Row[], from: number, to: number): Row[] {
  const gone = new Set(rows.slice(from, to + 1).map((row) => row.key))
  return [...rows.slice(0, from), ...rows.slice(to + 1)].map((row) => (row.else && gone.has(row.else) ? without(row, 'else') : row))
}

export function moveRow(rows: Row[], from: number, to: number): Row[] {
  const row = rows[from]
  if (!row || to < 0 || to >= rows.length || from === to) return rows
  const rest = [...rows.slice(0, from), ...rows.slice(from + 1)]
  return [...rest.slice(0, to), row, ...rest.slice(to)]
}

/** A block laid over the cells from a place on; rows grow as needed. A first row of column names says where each column goes. */
export function pasteBlock(rows: Row[], at: Place, block: string[][], sheet: Sheet): { rows: Row[]; range: Range } {
  const named = block.length > 1 ? block[0]!.map((text) => sheet.labels.indexOf(text.trim())) : []
  const byName = named.filter((col) => col >= 0).length >= 2 && block[0]!.every((text, place) => named[place]! >= 0 || !text.trim())
  const body = byName ? block.slice(1) : block
  const places = byName ? named : body[0]!.map((_, place) => at.col + place)
  let next = [...rows]
  body.forEach((cells, down) => {
    const row = at.row + down
    if (row >= next.length) next = [...next, blank(next)]
    cells.forEach((text, place) => {
      const id = sheet.ids[byName ? (places[place] ?? -1) : at.col + place]
      if (id) next[row] = writeText(next[row]!, id, text, sheet, next)
    })
  })
  const cols = places.filter((col) => col >= 0)
  const widest = byName ? Math.max(...cols) : at.col + Math.max(...body.map((cells) => cells.length)) - 1
  return { rows: next, range: { top: at.row, left: byName ? Math.min(...cols) : at.col, bottom: at.row + body.length - 1, right: Math.min(sheet.ids.length - 1, widest) } }
}

/** The same text in every cell of a range. */
export function fillRange(rows: Row[], range: Range, text: (row: number, col: number) => string, sheet: Sheet): Row[] {
  const next = [...rows]
  for (let row = range.top; row <= range.bottom; row += 1) {
    for (let col = range.left; col <= range.right; col += 1) next[row] = writeText(next[row]!, sheet.ids[col]!, text(row, col), sheet, next)
  }
  return next
}

export const fillDown = (rows: Row[], range: Range, sheet: Sheet) => fillRange(rows, range, (_row, col) => readText(rows[range.top]!, sheet.ids[col]!, sheet, rows), sheet)
export const copyBlock = (rows: Row[], range: Range, sheet: Sheet) => rows.slice(range.top, range.bottom + 1).map((row) => sheet.ids.slice(range.left, range.right + 1).map((id) => readText(row, id, sheet, rows)))
