/* Asks for what every screen needs while the program is still on its way; `lib/api.ts` takes the answers; when that is here first, it asks itself. */
if (!globalThis.early && !/^\/sign-(in|up)$/.test(location.pathname)) {
  globalThis.early = Object.fromEntries(['/api/v1/session', '/api/v1/schema'].map((path) => {
    const answer = fetch(path)
    answer.catch(() => 0)
    return [location.origin + path, answer]
  }))
}
