/** What this browser remembers. Some chat apps' web views have no storage: it then lasts as long as the page. */
const held = new Map<string, string>()

/** Whose drafts this browser keeps now: a shared computer shows nobody what a colleague was writing. */
export const keeper = { id: '' }

export function recall(key: string): string | null {
  try { return localStorage.getItem(key) ?? held.get(key) ?? null } catch { return held.get(key) ?? null }
}

export function remember(key: string, value: string | null) {
  if (value === null) held.delete(key)
  else held.set(key, value)
  try { if (value === null) localStorage.removeItem(key); else localStorage.setItem(key, value) } catch { /* kept in `held` */ }
}
