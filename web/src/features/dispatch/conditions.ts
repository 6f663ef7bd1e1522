/** A row's condition as cells by column and the rest word for word, and back. What no cell says is never touched. Pure. */
import { conjuncts, joined } from './cel'
import { meet, printCell, readPart, type Cell, type ColumnKind, type CondColumn } from './cells'

export interface Split { cells: Record<string, Cell>; rest: string[] }

const known = new WeakMap<CondColumn[], Map<string, Split>>()

/** The cells of the columns, and the parts that fit none of them. */
export function splitWhen(when: string, columns: CondColumn[]): Split {
  const held = known.get(columns) ?? new Map<string, Split>()
  known.set(columns, held)
  const found = held.get(when) ?? split(when, columns)
  if (held.size < 2_000) held.set(when, found)
  return found
}

function split(when: string, columns: CondColumn[]): Split {
  const kinds = new Map(columns.map((column) => [column.path, column.kind] as const))
  const cells: Record<string, Cell> = {}
  const rest: string[] = []
  for (const part of conjuncts(when)) {
    if (part === 'true') continue
    const read = readPart(part, (path) => kinds.get(path) ?? null)
    if (!read) { rest.push(part); continue }
    const held = cells[read.path]
    const both = held ? meet(held, read.cell) : read.cell
    if (both) cells[read.path] = both
    else rest.push(part)
  }
  return { cells, rest }
}

/** The condition of cells and rest, in the order of the columns. */
export function joinWhen({ cells, rest }: Split, columns: CondColumn[]): string {
  const printed = columns.flatMap((column) => { const cell = cells[column.path]; return cell ? [printCell(column.path, column.kind, cell)] : [] })
  return joined([...printed, ...rest])
}

/** The fields rows ask about in plain forms, in the order in which they first appear. */
export function usedPaths(whens: string[], kindOf: (path: string) => ColumnKind | null): string[] {
  const found = new Set<string>()
  for (const when of whens) for (const part of conjuncts(when)) { const read = readPart(part, kindOf); if (read) found.add(read.path) }
  return [...found]
}
