/** A working week as intervals per day, and its year: what the document says, read and written. Pure. */

import { readHours, sorted, writeHours, type Interval } from '@/lib/hours'

export type Week = Interval[][]
export interface Exception { date?: string; from?: string; to?: string; hours: string[]; name?: string; [more: string]: unknown }
type Doc = Record<string, unknown>

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const NAMES: Record<string, number> = Object.fromEntries(['周一 星期一 mon monday', '周二 星期二 tue tuesday', '周三 星期三 wed wednesday', '周四 星期四 thu thursday', '周五 星期五 fri friday', '周六 星期六 sat saturday', '周日 周天 星期日 星期天 sun sunday'].flatMap((names, day) => names.split(' ').map((name) => [name, day])))
const EVERY = new Set(['每天', '每天含节假日', 'daily', 'every day', '周一-周日', 'mon-sun'])
const FOLLOWS = new Set(['国家法定+调休', '国家法定', '法定节假日', 'cn', 'china'])

export function readDays(given: unknown): number[] {
  const text = String(given ?? '').trim().toLowerCase()
  if (!Array.isArray(given) && EVERY.has(text)) return [0, 1, 2, 3, 4, 5, 6]
  return (Array.isArray(given) ? given.map(String) : text.split(/[,，、\s]+/)).flatMap((word) => {
    const [first, last] = word.trim().toLowerCase().replace(/[–—~至到]/g, '-').split('-')
    const start = NAMES[first?.trim() ?? '']
    const end = NAMES[(last ?? first)?.trim() ?? '']
    if (start === undefined || end === undefined) return []
    return Array.from({ length: ((end - start + 7) % 7) + 1 }, (_, step) => (start + step) % 7)
  })
}

function hoursOf(given: unknown): Interval[] {
  const list = Array.isArray(given) ? given : given === undefined || given === null ? [] : [given]
  return sorted(list.flatMap((each) => { const one = readHours(String(each)); return one ? [one] : [] }))
}

/** The week a document describes. */
export function readWeek(document: Doc): Week {
  const week: Week = DAYS.map(() => [])
  if (document.hours !== undefined) for (const day of readDays(document.days ?? 'mon-fri')) week[day] = hoursOf(document.hours)
  for (const [name, given] of Object.entries((document.weekly ?? {}) as Record<string, unknown>)) for (const day of readDays(name)) week[day] = hoursOf(given)
  return week
}

/** The document with another week: the hours most days share, and the days that differ. */
export function writeWeek(document: Doc, week: Week): Doc {
  const lines = week.map((day) => sorted(day).map(writeHours))
  const open = lines.map((line, day) => ({ text: line.join(), day })).filter((each) => each.text)
  const common = open.map((each) => each.text).toSorted((a, b) => open.filter((each) => each.text === b).length - open.filter((each) => each.text === a).length)[0] ?? ''
  const days = open.filter((each) => each.text === common).map((each) => DAYS[each.day]!)
  const weekly = Object.fromEntries(open.filter((each) => each.text !== common).map((each) => [DAYS[each.day]!, lines[each.day]!]))
  const { weekly: _weekly, ...rest } = document
  return { ...rest, days, hours: common ? common.split(',') : [], ...(Object.keys(weekly).length ? { weekly } : {}) }
}

export const followsHolidays = (document: Doc) => FOLLOWS.has(String(document.holidays ?? '').trim().toLowerCase())

export interface Holiday { day: string; works: boolean; name: string }
export interface Day { date: string; kind: 'work' | 'off' | 'holiday' | 'makeup' | 'own'; hours: Interval[]; name: string; own: number | null }

export const iso = (year: number, month: number, day: number) => `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`

function ownOf(list: Exception[]): Map<string, number> {
  const found = new Map<string, number>()
  list.forEach((each, at) => {
    const first = each.date ?? each.from
    if (!first) return
    const last = each.to ?? first
    for (let day = Date.parse(first), step = 0; day <= Date.parse(last) && step < 367; day += 86_400_000, step += 1) found.set(new Date(day).toISOString().slice(0, 10), at)
  })
  return found
}

/** Every day of a year: whether it is worked, why, and its hours. A person's word wins over the public holidays. */
export function yearOf(year: number, document: Doc, holidays: Holiday[]): Day[] {
  const week = readWeek(document)
  const follows = followsHolidays(document)
  const known = new Map(holidays.map((each) => [each.day, each] as const))
  const list = exceptionsOf(document)
  const own = ownOf(list)
  const like = document.makeup_like === undefined ? week.find((day) => day.length) ?? [] : week[readDays(document.makeup_like)[0] ?? 0]!
  const days: Day[] = []
  for (let at = Date.UTC(year, 0, 1); new Date(at).getUTCFullYear() === year; at += 86_400_000) {
    const date = new Date(at).toISOString().slice(0, 10)
    const plain = week[(new Date(at).getUTCDay() + 6) % 7]!
    const mine = own.get(date)
    const holiday = follows ? known.get(date) : undefined
    if (mine !== undefined) days.push({ date, kind: 'own', hours: hoursOf(list[mine]!.hours), name: list[mine]!.name ?? '', own: mine })
    else if (holiday) days.push({ date, kind: holiday.works ? 'makeup' : 'holiday', hours: holiday.works ? like : [], name: holiday.name, own: null })
    else days.push({ date, kind: plain.length ? 'work' : 'off', hours: plain, name: '', own: null })
  }
  return days
}

export const exceptionsOf = (document: Doc): Exception[] => (Array.isArray(document.exceptions) ? (document.exceptions as Exception[]).filter((each) => each && typeof each === 'object') : [])

/** The document with a day's own hours; null gives the day back to the week and the holidays. A span is cut around it. */
export function setDay(document: Doc, date: string, hours: Interval[] | null, name = ''): Doc {
  const shift = (day: string, by: number) => new Date(Date.parse(day) + by * 86_400_000).toISOString().slice(0, 10)
  const kept = exceptionsOf(document).flatMap((each) => {
    const first = each.date ?? each.from
    const last = each.to ?? first
    if (!first || !last || date < first || date > last) return [each]
    const { date: _date, from: _from, to: _to, ...rest } = each
    return [...(first < date ? [{ ...rest, from: first, to: shift(date, -1) }] : []), ...(last > date ? [{ ...rest, from: shift(date, 1), to: last }] : [])]
  })
  const next = hours === null ? kept : [...kept, { date, hours: hours.map(writeHours), ...(name ? { name } : {}) }]
  const { exceptions: _old, ...rest } = document
  return next.length ? { ...rest, exceptions: next.toSorted((a, b) => String(a.date ?? a.from).localeCompare(String(b.date ?? b.from))) } : rest
}
