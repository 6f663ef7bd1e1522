/** A condition as words at their places: strings, brackets and signs apart, so that it can be cut without being changed. Pure. */

/** Where the top-level `&&` of an expression stand; null when it has other joints there (||, ?), comments, or does not close. */
export function joints(source: string): number[] | null {
  const found: number[] = []
  let depth = 0
  for (let at = 0; at < source.length; at += 1) {
    const char = source[at]!
    if (char === '"' || char === "'") {
      const end = closing(source, at)
      if (end < 0) return null
      at = end
    } else if ('([{'.includes(char)) depth += 1
    else if (')]}'.includes(char)) { depth -= 1; if (depth < 0) return null }
    else if (source.startsWith('//', at)) return null
    else if (depth === 0 && source.startsWith('&&', at)) { found.push(at); at += 1 }
    else if (depth === 0 && (source.startsWith('||', at) || char === '?')) return null
  }
  return depth === 0 ? found : null
}

function closing(source: string, start: number): number {
  const quote = source[start]!
  if (source.startsWith(quote.repeat(3), start) || (start > 0 && /[a-zA-Z]/.test(source[start - 1]!))) return -1
  for (let at = start + 1; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1
    else if (source[at] === '\n') return -1
    else if (source[at] === quote) return at
  }
  return -1
}

/** The parts that must all hold, each word for word; one part when it cannot be cut. */
export function conjuncts(source: string): string[] {
  const at = joints(source)
  if (!at?.length) return [source.trim()].filter(Boolean)
  return [...at, source.length].map((end, place) => source.slice(place === 0 ? 0 : at[place - 1]! + 2, end).trim())
}

/** The parts joined again; one that has joints of its own is put in brackets. */
export function joined(parts: string[]): string {
  const full = parts.map((part) => part.trim()).filter((part) => part && part !== 'true')
  if (!full.length) return 'true'
  if (full.length === 1) return full[0]!
  return full.map((part) => (joints(part) === null ? `(${part}\n)`.replace('\n)', part.includes('//') ? '\n)' : ')') : part)).join(' && ')
}

/** A CEL string literal: every quote, backslash and control character escaped. */
export const celString = (text: string) => JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
