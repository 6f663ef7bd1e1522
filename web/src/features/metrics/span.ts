/** The time between two moments as an expression and back, so that nobody need write the formula of a figure. Pure. */

export const PERS = ['minutes', 'hours', 'days'] as const
/** `working`: minutes of the working calendar; otherwise time on the wall, in the measure's own unit. */
export interface Span { working: boolean; from: string; to: string }

const WORKING = /^working_minutes_between\(\s*([\w.]+)\s*,\s*([\w.]+)\s*\)$/
const WALL = /^([\w.]+)\s+-\s+([\w.]+)$/

/** The span an expression says, among those moments alone; null for any other expression. */
export function readSpan(text: string, moments: Set<string>): Span | null {
  const working = WORKING.exec(text.trim())
  const wall = WALL.exec(text.trim())
  const span = working ? { working: true, from: working[1]!, to: working[2]! } : wall ? { working: false, from: wall[2]!, to: wall[1]! } : null
  return span && moments.has(span.from) && moments.has(span.to) ? span : null
}

export const writeSpan = ({ working, from, to }: Span) => (working ? `working_minutes_between(${from}, ${to})` : `${to} - ${from}`)
