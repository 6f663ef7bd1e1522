/** Blocks of cells as spreadsheets exchange them: tabs and line breaks, quoted where a cell holds one. Pure, both ways. */

/** The rows of a pasted text. A quote counts only at the beginning of a cell; "" inside one is a quote. */
export function readBlock(text: string): string[][] {
  const source = text.replace(/\r\n?/g, '\n')
  const rows: string[][] = [[]]
  let at = 0
  while (at <= source.length) {
    const [cell, end] = source[at] === '"' ? quoted(source, at) : plain(source, at)
    rows.at(-1)!.push(cell)
    if (end >= source.length) break
    if (source[end] === '\n') rows.push([])
    at = end + 1
    if (at === source.length && source[end] === '\n') break
  }
  if (rows.length > 1 && rows.at(-1)!.length === 0) rows.pop()
  return rows
}

function plain(source: string, at: number): [string, number] {
  let end = at
  while (end < source.length && source[end] !== '\t' && source[end] !== '\n') end += 1
  return [source.slice(at, end), end]
}

function quoted(source: string, at: number): [string, number] {
  let cell = ''
  for (let end = at + 1; end < source.length; end += 1) {
    if (source[end] !== '"') { cell += source[end]; continue }
    if (source[end + 1] === '"') { cell += '"'; end += 1; continue }
    const next = source[end + 1]
    return next === undefined || next === '\t' || next === '\n' ? [cell, end + 1] : plain(source, at)
  }
  return plain(source, at)
}

/** The block as text; Excel, WPS and 飞书 take it back as the same cells. */
export const writeBlock = (rows: string[][]) => rows.map((row) => row.map((cell) => (/["\t\n\r]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell)).join('\t')).join('\n')
