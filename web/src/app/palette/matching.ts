/** Which actions a text means: their names in the reader's language, pinyin initials, or where they lead. Pure. */
export interface Findable { name: string; also?: string | undefined; id: string }

export function fits(item: Findable, text: string): boolean {
  const asked = text.trim().toLowerCase()
  if (!asked) return true
  return item.name.toLowerCase().includes(asked) || (item.also ?? '').startsWith(asked) || (asked.length > 2 && item.id.toLowerCase().includes(asked))
}

/** Better matches first: by the beginning of the name, then the rest; the given order stays otherwise. */
export function ranked<T extends Findable>(items: readonly T[], text: string): T[] {
  const asked = text.trim().toLowerCase()
  return items.filter((item) => fits(item, asked)).toSorted((a, b) => Number(b.name.toLowerCase().startsWith(asked)) - Number(a.name.toLowerCase().startsWith(asked)))
}
