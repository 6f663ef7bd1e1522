/** Problems of the document at the rows and cells they speak of. Pure. */
import type { Problem } from '@/api/types'
import { ownPath } from '@/metadata/editing'
import { conjuncts } from './cel'
import { readPart } from './cells'
import type { Row, Sheet } from './sheet'

export type Severity = 'error' | 'warning' | 'info'
export interface Mark { severity: Severity; texts: string[] }

const RANK: Record<Severity, number> = { info: 0, warning: 1, error: 2 }
const CELL: Record<string, string> = { to: 'to', choose: 'choose', else: 'else', calendar: 'calendar', name: 'name', key: 'name' }

/** Marks by "row" and "row.column". */
export function marksOf(problems: Problem[], rows: Row[], sheet: Sheet, say: (problem: Problem) => string): Map<string, Mark> {
  const marks = new Map<string, Mark>()
  const put = (key: string, severity: Severity, text: string) => {
    const held = marks.get(key)
    marks.set(key, { severity: held && RANK[held.severity] > RANK[severity] ? held.severity : severity, texts: [...(held?.texts ?? []), text].filter((each, at, all) => all.indexOf(each) === at) })
  }
  for (const problem of problems) {
    const [head, number, part, more] = ownPath(problem).split('.')
    const row = rows[Number(number)]
    if (head !== 'rows' || !row) continue
    const severity = (problem.severity ?? 'error') as Severity
    const text = say(problem)
    put(number!, severity, text)
    const field = typeof problem.params?.field === 'string' ? problem.params.field : null
    const cell = part === 'unread' ? more : part === 'when' ? (field && inColumn(row, field, sheet) ? field : null) : CELL[part ?? '']
    if (cell) put(`${number}.${cell}`, severity, text)
  }
  return marks
}

const inColumn = (row: Row, field: string, sheet: Sheet) => sheet.columns.some((column) => column.path === field && conjuncts(row.when ?? '').some((part) => readPart(part, () => column.kind)?.path === field))
