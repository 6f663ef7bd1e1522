/** Where one goes after signing in: only ever a place of this application. */
export function safeNext(next: string | undefined, origin: string): string {
  if (!next?.startsWith('/') || !URL.canParse(next, origin)) return '/'
  // As the browser reads it: it drops tabs and line breaks, and turns back slashes round.
  const url = new URL(next, origin)
  const path = url.pathname + url.search + url.hash
  return url.origin === origin && !path.startsWith('//') && !path.startsWith('/sign-in') ? path : '/'
}
