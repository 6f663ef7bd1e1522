/** Handing on what is on screen: by the phone's own sheet where it has one, else as a link in the clipboard. */

/** Puts a text into the clipboard; false when the browser lets nobody. Plain http has no `navigator.clipboard`: there a field is copied from. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch { return copyFromField(text) }
}

function copyFromField(text: string): boolean {
  const before = document.activeElement
  const field = document.createElement('textarea')
  field.value = text
  field.readOnly = true
  field.style.cssText = 'position:fixed;inset:0 auto auto 0;opacity:0'
  // Inside an open dialog nothing outside it can be selected.
  const host = before?.closest('dialog') ?? document.body
  host.append(field)
  field.select()
  let copied = false
  try { copied = document.execCommand('copy') } catch { /* as refused */ }
  field.remove()
  if (before instanceof HTMLElement) before.focus()
  return copied
}

/** 'shared' and 'left' by the phone's sheet, 'copied' into the clipboard, 'refused' when neither could be done. */
export async function shareLink(title: string, url: string): Promise<'shared' | 'left' | 'copied' | 'refused'> {
  if (typeof navigator.share === 'function' && matchMedia('(pointer: coarse)').matches) {
    try {
      await navigator.share({ title, url })
      return 'shared'
    } catch (error) { if (error instanceof DOMException && error.name === 'AbortError') return 'left' }
  }
  return (await copyText(`${title} ${url}`)) ? 'copied' : 'refused'
}
