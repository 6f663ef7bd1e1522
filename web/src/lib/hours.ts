/** Working hours of a day as they are typed: "08:30-12:00, 13:00-17:30". Pure. */

export type Interval = [number, number]
const HOURS = /^\s*(\d{1,2})[:：](\d{2})\s*[-–—~至]\s*(次日)?\s*(\d{1,2})[:：](\d{2})\s*$/
export const MINUTES = 1440

/** "08:30-12:00" in minutes; a closing not after the opening lies on the next day. */
export function readHours(text: string): Interval | null {
  const found = HOURS.exec(text)
  if (!found || Number(found[2]) > 59 || Number(found[5]) > 59) return null
  const opens = Number(found[1]) * 60 + Number(found[2])
  let closes = Number(found[4]) * 60 + Number(found[5])
  if (opens >= MINUTES || closes > MINUTES) return null
  if (found[3] || closes <= opens) closes += MINUTES
  return closes - opens <= MINUTES ? [opens, closes] : null
}

const clock = (minutes: number) => `${String(Math.floor((minutes > MINUTES ? minutes - MINUTES : minutes) / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
export const writeHours = ([opens, closes]: Interval) => `${clock(opens)}-${clock(closes)}`

/** Several intervals typed in one line; null when one of them is none. */
export function readLine(text: string): Interval[] | null {
  const parts = text.split(/[,，、;；\s]+(?=\d)|\n/).map((part) => part.trim()).filter(Boolean)
  const found = parts.map(readHours)
  return found.every(Boolean) ? sorted(found as Interval[]) : null
}

export const sorted = (list: Interval[]) => list.toSorted((a, b) => a[0] - b[0])
export const overlaps = (list: Interval[]) => sorted(list).some((each, at, all) => at > 0 && all[at - 1]![1] > each[0])
