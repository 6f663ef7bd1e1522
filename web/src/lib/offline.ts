/** Whether the server can be reached, as the browser and the last calls say; asks again by itself until it answers. */
import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
const returned = new Set<() => void>()
let offline = false
let ask: () => Promise<boolean> = () => Promise.resolve(true)
let probe: ReturnType<typeof setTimeout> | undefined

function set(next: boolean) {
  if (next === offline) return
  offline = next
  listeners.forEach((listener) => listener())
  if (!next) returned.forEach((listener) => listener())
}

function askAgain(after: number) {
  clearTimeout(probe)
  probe = setTimeout(() => void ask().catch(() => false).then((answered) => { if (answered) set(false); else if (offline) askAgain(3_000) }), after)
}

/** A call could not reach the server. */
export function sayUnreachable() {
  set(true)
  askAgain(1_500)
}

/** A call was answered. */
export const sayReached = () => set(false)

/** How to ask whether the server is there; from now on the browser's own word counts too. */
export function watchConnection(how: () => Promise<boolean>) {
  ask = how
  globalThis.addEventListener?.('offline', sayUnreachable)
  globalThis.addEventListener?.('online', () => askAgain(0))
}

/** Called when the server can be reached again; returns how to stop. */
export const onReturn = (listener: () => void) => { returned.add(listener); return () => { returned.delete(listener) } }

export const useOffline = () => useSyncExternalStore((listener) => { listeners.add(listener); return () => listeners.delete(listener) }, () => offline)
