/** Instants and durations in words, in the workspace's zone and the reader's language. */
import { clockNow, clockZone } from './clock'


const formats = new Map<string, Intl.DateTimeFormat>()
const HOUR = 3_600_000
/** China knows no other offset since 1992: most screens do without the browser's tables, which are slow to open and to ask. */
const SINCE = Date.UTC(1992, 0, 1)

function parts(instant: number, zone: string) {
  if (zone === 'Asia/Shanghai' && instant >= SINCE && instant < 8.64e15 - 8 * HOUR) {
    const iso = new Date(instant + 8 * HOUR).toISOString()
    if (iso.length === 24) return { day: iso.slice(0, 10), time: iso.slice(11, 16), second: iso.slice(17, 19) }
  }
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' })
    formats.set(zone, format)
  }
  const found = Object.fromEntries(format.formatToParts(instant).map((part) => [part.type, part.value]))
  return { day: `${found.year}-${found.month}-${found.day}`, time: `${found.hour}:${found.minute}`, second: found.second! }
}

const WEEKDAY = { 'zh-CN': ['周日', '周一', '周二', '周三', '周四', '周五', '周六'], en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] }
const LONG_WEEKDAY = { 'zh-CN': ['星期日', '星期一', '星期二', '星期三', '星期四', '星期五', '星期六'], en: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] }
const MONTH = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

export type Tongue = keyof typeof WEEKDAY

const dayNumber = (day: string) => Math.floor(Date.parse(`${day}T00:00:00Z`) / 86_400_000)

function dayWord(day: string, today: string, tongue: Tongue): string {
  const away = dayNumber(today) - dayNumber(day)
  const zh = tongue === 'zh-CN'
  if (away === 0) return ''
  if (away === 1) return zh ? '昨天' : 'Yesterday'
  if (away === -1) return zh ? '明天' : 'Tomorrow'
  if (away > 1 && away < 7) return WEEKDAY[tongue][new Date(`${day}T00:00:00Z`).getUTCDay()]!
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  if (day.slice(0, 4) === today.slice(0, 4)) return zh ? `${month}月${date}日` : `${date} ${MONTH[month - 1]}`
  return zh ? `${year}年${month}月${date}日` : `${date} ${MONTH[month - 1]} ${year}`
}

/** "09:01", "昨天 17:40", "周五 16:20", "3月5日 10:00": the shortest form that is clear today. */
export function moment(iso: string | null | undefined, tongue: Tongue, now = clockNow(), zone = clockZone()): string {
  if (!iso) return ''
  const at = parts(Date.parse(iso), zone)
  const word = dayWord(at.day, parts(now, zone).day, tongue)
  return word ? `${word} ${at.time}` : at.time
}

/** Full local instant with seconds, for titles and logs: "2026-03-05 10:00:12". */
export function exact(iso: string | null | undefined, zone = clockZone()): string {
  if (!iso) return ''
  const at = parts(Date.parse(iso), zone)
  return `${at.day} ${at.time}:${at.second}`
}

export const timeOfDay = (iso: string, zone = clockZone()) => { const at = parts(Date.parse(iso), zone); return `${at.time}:${at.second}` }

/** The day of an instant in the workspace: "2026-03-05". */
export const dayOf = (instant: number, zone = clockZone()) => parts(instant, zone).day

export function longDay(instant: number, tongue: Tongue, zone = clockZone()): string {
  const { day } = parts(instant, zone)
  const [, month, date] = day.split('-').map(Number) as [number, number, number]
  const weekday = LONG_WEEKDAY[tongue][new Date(`${day}T00:00:00Z`).getUTCDay()]
  return tongue === 'zh-CN' ? `${month}月${date}日 ${weekday}` : `${weekday}, ${date} ${MONTH[month - 1]}`
}

/** "04:32" below an hour, "3 小时 20 分" below a day, else days and hours. `ms` may be negative: the size counts. */
export function span(ms: number, tongue: Tongue): string {
  const all = Math.floor(Math.abs(ms) / 1000)
  const pad = (value: number) => String(value).padStart(2, '0')
  if (all < 3600) return `${pad(Math.floor(all / 60))}:${pad(all % 60)}`
  const zh = tongue === 'zh-CN'
  const hours = Math.floor(all / 3600)
  if (hours < 24) return zh ? `${hours} 小时 ${Math.floor((all % 3600) / 60)} 分` : `${hours} h ${Math.floor((all % 3600) / 60)} min`
  return zh ? `${Math.floor(hours / 24)} 天 ${hours % 24} 小时` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** A duration in whole words: "18 分", "3 小时 20 分", "2.5 天". Seconds in. */
export function lasted(seconds: number | null | undefined, tongue: Tongue): string {
  if (seconds === null || seconds === undefined) return '–'
  const zh = tongue === 'zh-CN'
  if (seconds < 60) return zh ? `${Math.round(seconds)} 秒` : `${Math.round(seconds)} s`
  if (seconds < 3600) return zh ? `${Math.round(seconds / 60)} 分` : `${Math.round(seconds / 60)} min`
  if (seconds < 86_400) return zh ? `${(seconds / 3600).toFixed(1)} 小时` : `${(seconds / 3600).toFixed(1)} h`
  return zh ? `${(seconds / 86_400).toFixed(1)} 天` : `${(seconds / 86_400).toFixed(1)} d`
}

/** "2026-03-05T10:00" as typed in the workspace's zone → ISO instant, and back. */
export function fromLocalInput(text: string, zone = clockZone()): string | null {
  const wall = Date.parse(`${text}Z`)
  if (Number.isNaN(wall)) return null
  const shown = (instant: number) => { const at = parts(instant, zone); return Date.parse(`${at.day}T${at.time}Z`) }
  const near = wall - (shown(wall) - wall)
  return new Date(near - (shown(near) - wall)).toISOString()
}
export const toLocalInput = (iso: string | null | undefined, zone = clockZone()) => { if (!iso) return ''; const at = parts(Date.parse(iso), zone); return `${at.day}T${at.time}` }

/** Nine o'clock of the next weekday in the workspace's zone, as an instant. */
export function nextMorning(now = clockNow(), zone = clockZone()): string {
  for (let away = 1; ; away++) {
    const day = dayOf(now + away * 86_400_000, zone)
    if (new Date(`${day}T00:00:00Z`).getUTCDay() % 6 !== 0) return fromLocalInput(`${day}T09:00`, zone) ?? ''
  }
}
