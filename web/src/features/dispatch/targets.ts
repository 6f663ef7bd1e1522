/** Whom a row sends its leads to, and how it chooses: words and keys, both ways. Pure. */
import type { Option } from './cells'

export interface Directory { people: Option[]; teams: Option[]; pools: Option[]; roles: Option[]; calendars: Option[] }
export type To = Record<string, unknown>

const HOME = 'customer.owner'
const both = (key: 'home' | 'region', text: string) => text === ZH_TARGET[key] || text.toLowerCase() === EN_TARGET[key].toLowerCase()
const PREFIXES: Record<string, string> = { 公海: 'pool', pool: 'pool', 负责人: 'head', head: 'head', 角色: 'role', role: 'role', 标签: 'tag', tag: 'tag', 团队: 'team', team: 'team', 人员: 'people', people: 'people' }
export interface TargetWords { home: string; region: string; pool: string; head: string; role: string; tag: string; colon: string; and: string }
export const ZH_TARGET: TargetWords = { home: '客户负责人', region: '线索所在区域', pool: '公海', head: '负责人', role: '角色', tag: '标签', colon: '：', and: '、' }
export const EN_TARGET: TargetWords = { home: 'customer owner', region: "lead's region", pool: 'pool', head: 'head', role: 'role', tag: 'tag', colon: ': ', and: ', ' }
const LISTS: Record<string, keyof Directory | null> = { pool: 'pools', head: 'teams', role: 'roles', tag: null, team: 'teams', people: 'people', person: 'people' }

const listed = (value: unknown): string[] => (value === null || value === undefined ? [] : Array.isArray(value) ? value.map(String) : [String(value)])
const labelOf = (key: string, options: Option[]) => options.find((option) => option.key === key)?.label ?? key
const keyOf = (text: string, options: Option[]) => (options.find((option) => option.label === text) ?? options.find((option) => option.key === text))?.key
const pieces = (text: string) => text.split(/[、,，;；\n]+/).map((piece) => piece.trim()).filter(Boolean)

/** The words of a target; a form it has no words for is shown as it is written. */
export function showTarget(to: To | undefined, directory: Directory, words: TargetWords = ZH_TARGET): string {
  if (!to || !Object.keys(to).length) return ''
  const kind = ['pool', 'head', 'people', 'person', 'role', 'tag', 'team'].find((each) => each in to)
  const known = new Set([kind, 'team'])
  if (!kind || Object.keys(to).some((key) => !known.has(key)) || (kind !== 'role' && kind !== 'tag' && kind !== 'team' && 'team' in to)) return `=${JSON.stringify(to)}`
  const values = listed(to[kind])
  const options = LISTS[kind] ? directory[LISTS[kind]!] : []
  if (kind === 'person' && values.length === 1 && values[0]!.includes('.')) return values[0] === HOME ? words.home : `=${values[0]}`
  const names = values.map((value) => (kind === 'head' && value === 'region' ? words.region : labelOf(value, options))).join(words.and)
  const within = kind !== 'team' && to.team ? ` @ ${listed(to.team).map((team) => labelOf(team, directory.teams)).join(words.and)}` : ''
  const word = kind in words ? words[kind as 'pool' | 'head' | 'role' | 'tag'] : ''
  return word ? `${word}${words.colon}${names}${within}` : names
}

const one = (values: string[]) => (values.length === 1 ? values[0] : values)

/** The target that was typed; who is not known stays as typed and is named by the check. */
export function readTarget(typed: string, directory: Directory): To {
  const text = typed.trim()
  if (!text) return {}
  if (both('home', text) || text === HOME) return { person: HOME }
  if (text.startsWith('=')) return readFormula(text.slice(1).trim())
  const prefix = /^([\u4e00-\u9fff]+|[a-z]+)\s*[:：]\s*(.+)$/is.exec(text)
  const kind = prefix ? PREFIXES[prefix[1]!.toLowerCase()] : undefined
  if (prefix && kind) return readKind(kind, prefix[2]!, directory)
  const names = pieces(text)
  if (names.every((name) => keyOf(name, directory.people))) return readKind('people', text, directory)
  if (names.every((name) => keyOf(name, directory.teams))) return readKind('team', text, directory)
  if (names.length === 1 && keyOf(text, directory.pools)) return { pool: keyOf(text, directory.pools)! }
  return readKind('people', text, directory)
}

function readFormula(source: string): To {
  try {
    const value: unknown = JSON.parse(source)
    if (value && typeof value === 'object' && !Array.isArray(value)) return value as To
  } catch { /* an expression then */ }
  return { person: source }
}

function readKind(kind: string, text: string, directory: Directory): To {
  const [names, within] = kind === 'role' || kind === 'tag' ? text.split(/\s*@\s*/, 2) : [text]
  const options = LISTS[kind] ? directory[LISTS[kind]!] : []
  const values = pieces(names ?? '').map((name) => (kind === 'head' && both('region', name) ? 'region' : (keyOf(name, options) ?? name)))
  if (kind === 'people') return values.length === 1 ? { person: values[0] } : { people: values }
  const team = within ? { team: one(pieces(within).map((name) => keyOf(name, directory.teams) ?? name)) } : {}
  return { [kind]: kind === 'pool' ? values[0] : one(values), ...team }
}

export const CHOOSE = ['fixed', 'round_robin', 'least_load', 'weighted'] as const
export const showKey = (key: unknown, options: Option[]) => (key ? labelOf(String(key), options) : '')

/** A label or key as the key; what is neither stays as typed, for the check to name. */
export const readKey = (typed: string, options: Option[]): string | undefined => { const text = typed.trim(); return text ? (keyOf(text, options) ?? text) : undefined }
