/** Conditions on screen that are none yet: what is typed in them stands nowhere else, so nothing is published past them. */
import { useEffect, useId, useSyncExternalStore } from 'react'

const waiting = new Set<string>()
const listeners = new Set<() => void>()
const tell = () => { for (const each of listeners) each() }
const listen = (each: () => void) => { listeners.add(each); return () => { listeners.delete(each) } }

/** Says that this condition waits to be finished. */
export function useWaits(now: boolean) {
  const id = useId()
  useEffect(() => {
    if (!now) return
    waiting.add(id)
    tell()
    return () => { waiting.delete(id); tell() }
  }, [id, now])
}

export const useUnfinished = () => useSyncExternalStore(listen, () => waiting.size > 0)
