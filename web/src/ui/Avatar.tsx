/** A person or sender as a small square (or round pill) with the first characters of the name. */
export function Avatar({ name, round }: { name: string; round?: boolean }) {
  return <span className={round ? 'xj-avatar xj-avatar--round' : 'xj-avatar'} aria-hidden="true">{round ? shortName(name) : [...name][0]}</span>
}

/** The part of a name that fits a pill: two or three Chinese characters, else the initials. */
export function shortName(name: string): string {
  const plain = name.replace(/[（(].*?[)）]/g, '').trim()
  if (/^[\u4e00-\u9fff]/.test(plain)) return [...plain].slice(0, 3).join('')
  return plain.split(/\s+/).slice(0, 2).map((part) => part[0]?.toUpperCase() ?? '').join('')
}
