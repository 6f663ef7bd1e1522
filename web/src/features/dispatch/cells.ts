/** One cell of a condition column: what people type ("抖音、官网", ">50万", "非 抖音") and the CEL it stands for. Pure, both ways. */
import { celString } from './cel'

export interface Option { key: string; label: string }
export type ColumnKind = 'text' | 'number' | 'percent' | 'boolean' | 'tags'
/** A field rows may ask about. `closed`: only its options are values. */
export interface CondColumn { path: string; label: string; kind: ColumnKind; options: Option[] }
interface Bound { n: number; incl: boolean }
export type Cell =
  | { op: 'in' | 'not'; values: string[] }
  | { op: 'empty' }
  | { op: 'filled' }
  | { op: 'span'; low?: Bound | undefined; high?: Bound | undefined }
  | { op: 'bool'; value: boolean }

const PATH = '[a-z][a-z0-9_]*(?:\\.[a-z][a-z0-9_]*)*'
const TEXT = '"(?:[^"\\\\]|\\\\.)*"'
const LIST = `\\[${TEXT}(?:, ?${TEXT})*\\]`
const NUMBER = '-?\\d+(?:\\.\\d+)?'
const shape = (source: string) => new RegExp(`^${source}$`)
const EQ = shape(`(${PATH}) (==|!=) (${TEXT})`)
const IN = shape(`(${PATH}) in (${LIST})`)
const NOT_IN = shape(`!\\((${PATH}) in (${LIST})\\)`)
const NULL = shape(`(${PATH}) (==|!=) null`)
const ORDER = shape(`(${PATH}) (>=|<=|>|<|==) (${NUMBER})`)
const BOOL = shape(`(${PATH}) == (true|false)`)
const HAS = shape(`(!\\()?(${TEXT}) in (${PATH})\\)?`)
const ANY_OF = shape(`(!\\()?(${PATH})\\.exists\\((?:one, one|t, t|x, x) in (${LIST})\\)\\)?`)

/** The words of cells in the reader's language; both are understood when typed. */
export interface Words { empty: string; filled: string; yes: string; no: string; not: string; and: string }
export const ZH: Words = { empty: '为空', filled: '有值', yes: '是', no: '否', not: '非', and: '、' }
export const EN: Words = { empty: 'empty', filled: 'filled', yes: 'yes', no: 'no', not: 'not', and: ', ' }

function texts(list: string): string[] | null {
  try {
    const value: unknown = JSON.parse(list)
    return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : null
  } catch {
    return null
  }
}

/** What a part of a condition says of one field; null when it is none of the plain forms. */
export function readPart(part: string, kindOf: (path: string) => ColumnKind | null): { path: string; cell: Cell } | null {
  const hit = (pattern: RegExp) => pattern.exec(part)
  let found = hit(EQ)
  const is = (path: string, ...kinds: ColumnKind[]) => kinds.includes(kindOf(path) as ColumnKind)
  if (found && is(found[1]!, 'text')) { const values = texts(`[${found[3]}]`); return values && { path: found[1]!, cell: { op: found[2] === '==' ? 'in' : 'not', values } } }
  found = hit(IN) ?? hit(NOT_IN)
  if (found && is(found[1]!, 'text')) { const values = texts(found[2]!); return values && { path: found[1]!, cell: { op: part.startsWith('!') ? 'not' : 'in', values } } }
  found = hit(NULL)
  if (found && kindOf(found[1]!) && !is(found[1]!, 'tags')) return { path: found[1]!, cell: { op: found[2] === '==' ? 'empty' : 'filled' } }
  found = hit(ORDER)
  if (found && is(found[1]!, 'number', 'percent')) {
    const bound = { n: Number(found[3]), incl: found[2]!.includes('=') }
    const cell: Cell = found[2] === '==' ? { op: 'span', low: bound, high: bound } : found[2]!.startsWith('>') ? { op: 'span', low: bound } : { op: 'span', high: bound }
    return { path: found[1]!, cell }
  }
  found = hit(BOOL)
  if (found && is(found[1]!, 'boolean')) return { path: found[1]!, cell: { op: 'bool', value: found[2] === 'true' } }
  const closes = (open: string | undefined, depth: number) => (part.match(/\)*$/)![0].length === depth + (open ? 1 : 0))
  found = hit(HAS)
  if (found && is(found[3]!, 'tags') && closes(found[1], 0)) { const values = texts(`[${found[2]}]`); return values && { path: found[3]!, cell: { op: found[1] ? 'not' : 'in', values } } }
  found = hit(ANY_OF)
  if (found && is(found[2]!, 'tags') && closes(found[1], 1)) { const values = texts(found[3]!); return values && { path: found[2]!, cell: { op: found[1] ? 'not' : 'in', values } } }
  return null
}

/** Two parts about one field as one cell, where they are the two ends of a span. */
export function meet(one: Cell, other: Cell): Cell | null {
  if (one.op !== 'span' || other.op !== 'span') return null
  if (one.low && !one.high && other.high && !other.low) return { op: 'span', low: one.low, high: other.high }
  if (one.high && !one.low && other.low && !other.high) return { op: 'span', low: other.low, high: one.high }
  return null
}

const list = (values: string[]) => `[${values.map(celString).join(', ')}]`

/** The CEL of a cell. */
export function printCell(path: string, kind: ColumnKind, cell: Cell): string {
  if (cell.op === 'empty' || cell.op === 'filled') return `${path} ${cell.op === 'empty' ? '==' : '!='} null`
  if (cell.op === 'bool') return `${path} == ${cell.value}`
  if (cell.op === 'span') {
    if (cell.low && cell.high && cell.low.n === cell.high.n && cell.low.incl && cell.high.incl) return `${path} == ${cell.low.n}`
    const low = cell.low && `${path} ${cell.low.incl ? '>=' : '>'} ${cell.low.n}`
    const high = cell.high && `${path} ${cell.high.incl ? '<=' : '<'} ${cell.high.n}`
    return [low, high].filter(Boolean).join(' && ')
  }
  if (kind === 'tags') {
    const any = cell.values.length === 1 ? `${celString(cell.values[0]!)} in ${path}` : `${path}.exists(one, one in ${list(cell.values)})`
    return cell.op === 'in' ? any : `!(${any})`
  }
  if (cell.values.length === 1) return `${path} ${cell.op === 'in' ? '==' : '!='} ${celString(cell.values[0]!)}`
  return cell.op === 'in' ? `${path} in ${list(cell.values)}` : `!(${path} in ${list(cell.values)})`
}

const UNITS: Record<string, number> = { 万: 10_000, 亿: 100_000_000, 千: 1_000, 百: 100, w: 10_000, k: 1_000, m: 1_000_000 }
const AMOUNT = '[¥￥]?\\s*(-?[\\d,]+(?:\\.\\d+)?)\\s*(万|亿|千|百|w|k|m)?\\s*(?:元|块|%|％)?'

/** "50万" in Chinese where nothing is lost. */
export function showAmount(n: number, kind: ColumnKind): string {
  if (kind === 'percent') return `${Number((n * 100).toPrecision(12))}%`
  for (const [unit, size] of [['亿', 100_000_000], ['万', 10_000]] as const) if (Math.abs(n) >= size && Number.isInteger((n * 100) / size)) return `${n / size}${unit}`
  return String(n)
}

/** The text of a cell as people read and type it; "" when anything goes. */
export function showCell(cell: Cell | undefined, column: CondColumn, words: Words = ZH): string {
  if (!cell) return ''
  if (cell.op === 'empty' || cell.op === 'filled') return words[cell.op]
  if (cell.op === 'bool') return cell.value ? words.yes : words.no
  if (cell.op === 'span') {
    const { low, high } = cell
    if (low && high && low.incl && high.incl) return low.n === high.n ? showAmount(low.n, column.kind) : `${showAmount(low.n, column.kind)}-${showAmount(high.n, column.kind)}`
    return [low && `${low.incl ? '≥' : '>'}${showAmount(low.n, column.kind)}`, high && `${high.incl ? '≤' : '<'}${showAmount(high.n, column.kind)}`].filter(Boolean).join(' ')
  }
  const names = cell.values.map((value) => column.options.find((option) => option.key === value)?.label ?? value).join(words.and)
  return cell.op === 'not' ? `${words.not} ${names}` : names
}

const ANY = /^(|不限|任意|全部|所有|任何|any|all|\*|-|—|－)$/i
const EMPTY = /^(空|为空|空白|\(空\)|（空）|没有|empty|blank)$/i
const FILLED = /^(有值|非空|不为空|有|filled|not empty)$/i
const NOT = /^(?:非|不是|不含|除了|除|排除|not|!|！)\s*[:：]?\s*(.+)$/is

/** What was typed as a cell: `null` when anything goes, `undefined` when it cannot be understood. */
export function readCell(typed: string, column: CondColumn): Cell | null | undefined {
  const text = typed.trim()
  const known = keyOf(text, column.options)
  if (known !== undefined && column.kind === 'text') return { op: 'in', values: [known] }
  if (ANY.test(text)) return null
  if (column.kind !== 'boolean' || !/^(有|没有)$/.test(text)) {
    if (EMPTY.test(text) && column.kind !== 'tags') return { op: 'empty' }
    if (FILLED.test(text) && column.kind !== 'tags') return { op: 'filled' }
  }
  if (column.kind === 'boolean') return /^(是|有|对|yes|true|1|√|y)$/i.test(text) ? { op: 'bool', value: true } : /^(否|没有|不|no|false|0|×|n)$/i.test(text) ? { op: 'bool', value: false } : undefined
  if (column.kind === 'number' || column.kind === 'percent') return readSpan(text, column.kind)
  const not = NOT.exec(text)
  const values = readList(not ? not[1]! : text, column.options)
  return values.length ? { op: not ? 'not' : 'in', values } : undefined
}

const keyOf = (text: string, options: Option[]): string | undefined => {
  const plain = text.trim().toLowerCase()
  if (!plain) return undefined
  return (options.find((option) => option.label.toLowerCase() === plain) ?? options.find((option) => option.key.toLowerCase() === plain))?.key
}

/** A listed value by its label, its key, or the only label that begins so; else as typed. */
function valueOf(text: string, options: Option[]): string {
  const known = keyOf(text, options)
  if (known !== undefined) return known
  const begins = options.filter((option) => option.label.toLowerCase().startsWith(text.trim().toLowerCase()))
  return begins.length === 1 ? begins[0]!.key : text.trim()
}

function readList(text: string, options: Option[]): string[] {
  const whole = keyOf(text, options)
  if (whole !== undefined) return [whole]
  const pieces = text.split(/[、,，;；|\n]+/).map((piece) => piece.trim()).filter(Boolean)
  const parts = pieces.flatMap((piece) => (keyOf(piece, options) === undefined && /[/／]/.test(piece) && options.length ? piece.split(/[/／]/).map((each) => each.trim()).filter(Boolean) : [piece]))
  return [...new Set(parts.map((part) => valueOf(part, options)))]
}

function amount(digits: string, unit: string | undefined, kind: ColumnKind, percent: boolean): number {
  const n = Number(digits.replace(/,/g, '')) * (unit ? UNITS[unit.toLowerCase()]! : 1)
  return kind === 'percent' ? Number((percent || Math.abs(n) > 1 ? n / 100 : n).toPrecision(12)) : Number(n.toPrecision(15))
}

const RANGE = new RegExp(`^${AMOUNT}\\s*(?:-|–|—|~|～|至|到)\\s*${AMOUNT}$`, 'i')
const MORE: [RegExp, 'low' | 'high', boolean][] = [
  [new RegExp(`^(?:>=|≥|=>|至少|不低于|不少于)\\s*${AMOUNT}$`, 'i'), 'low', true], [new RegExp(`^(?:<=|≤|=<|至多|最多|不超过|不高于|不大于)\\s*${AMOUNT}$`, 'i'), 'high', true],
  [new RegExp(`^(?:>|＞|大于|超过|高于|多于)\\s*${AMOUNT}$`, 'i'), 'low', false], [new RegExp(`^(?:<|＜|小于|低于|少于|不到|不足)\\s*${AMOUNT}$`, 'i'), 'high', false],
  [new RegExp(`^${AMOUNT}\\s*(?:以上|及以上|\\+|起)$`, 'i'), 'low', true], [new RegExp(`^${AMOUNT}\\s*(?:以下|及以下|以内|内)$`, 'i'), 'high', true],
]
const EXACT = new RegExp(`^(?:=|＝|等于)?\\s*${AMOUNT}$`, 'i')

function readSpan(text: string, kind: ColumnKind): Cell | undefined {
  const percent = /[%％]/.test(text)
  const range = RANGE.exec(text)
  if (range) {
    const low = amount(range[1]!, range[2] ?? range[4], kind, percent)
    const high = amount(range[3]!, range[4], kind, percent)
    return low <= high ? { op: 'span', low: { n: low, incl: true }, high: { n: high, incl: true } } : undefined
  }
  const exact = EXACT.exec(text)
  if (exact) { const bound = { n: amount(exact[1]!, exact[2], kind, percent), incl: true }; return { op: 'span', low: bound, high: bound } }
  const one = readBound(text, kind, percent)
  if (one) return one
  const pieces = text.split(/\s*(?:且|并且|和|,|，|、|and|\s)\s*(?=[<>≤≥＜＞=不至大小超高低多少最])/i).filter(Boolean)
  const parts = pieces.length === 2 ? pieces.map((piece) => readBound(piece, kind, percent)) : []
  return parts.length === 2 && parts[0] && parts[1] ? (meet(parts[0], parts[1]) ?? undefined) : undefined
}

function readBound(text: string, kind: ColumnKind, percent: boolean): Cell | undefined {
  for (const [pattern, side, incl] of MORE) {
    const found = pattern.exec(text.trim())
    if (found) return { op: 'span', [side]: { n: amount(found[1]!, found[2], kind, percent), incl } }
  }
  return undefined
}
