/** Keys to actions: one or two keys after each other, never while somebody types, composes or a dialog stands. */
export interface Keyed { keys?: string; run: () => void }

const PAUSE = 1_000
const FIELDS = 'input, textarea, select, [contenteditable=""], [contenteditable=true], [role=combobox], [role=textbox]'

/** Whether the key belongs to something that takes text, or to an open dialog. */
export function isTaken(event: Pick<KeyboardEvent, 'isComposing' | 'keyCode' | 'defaultPrevented' | 'target' | 'ctrlKey' | 'metaKey' | 'altKey'>): boolean {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true
  const at = event.target
  if (at instanceof Element && at.closest(FIELDS)) return true
  return document.querySelector('dialog[open], [role=dialog], [role=menu]') !== null
}

/** A handler for keydown; `actions` are asked for at each key. */
export function shortcutHandler(actions: () => readonly Keyed[], now: () => number = () => performance.now()) {
  let before = ''
  let at = 0
  return (event: KeyboardEvent) => {
    if (isTaken(event) || event.key.length !== 1) return
    const key = event.key.toLowerCase()
    const first = now() - at < PAUSE ? before : ''
    const pressed = first ? `${first} ${key}` : key
    const list = actions()
    const hit = list.find((action) => action.keys === pressed) ?? (first ? list.find((action) => action.keys === key) : undefined)
    before = !hit && list.some((action) => action.keys?.startsWith(`${key} `)) ? key : ''
    at = now()
    if (!hit) return
    event.preventDefault()
    hit.run()
  }
}
