/** What is being written, kept in this browser until it is saved: a closed tab or a lost connection loses nothing. */
import { useCallback, useEffect, useRef, useState } from 'react'
import { keeper, recall, remember } from './store'

const place = (key: string) => `xingji.draft.${keeper.id}.${key}`
const KEEP_MS = 7 * 86_400_000
interface Held<T> { at: number; value: T }

export function readDraft<T>(key: string): T | null {
  try {
    const held = JSON.parse(recall(place(key)) ?? 'null') as Held<T> | null
    return held && Date.now() - held.at < KEEP_MS ? held.value : null
  } catch { return null }
}

export const writeDraft = <T>(key: string, value: T | null) => remember(place(key), value === null ? null : JSON.stringify({ at: Date.now(), value } satisfies Held<T>))

/** State that is written down as it changes. `restored`: it came from a draft; `drop` forgets the draft (saved or unwanted). */
export function useDraft<T>(key: string, empty: T): { value: T; set: (next: T | ((old: T) => T)) => void; restored: boolean; drop: () => void } {
  const [found] = useState(() => readDraft<T>(key))
  const [value, setValue] = useState<T>(found ?? empty)
  const [restored, setRestored] = useState(found !== null)
  const touched = useRef(false)
  useEffect(() => { if (touched.current) writeDraft(key, value) }, [key, value])
  const set = useCallback((next: T | ((old: T) => T)) => { touched.current = true; setValue(next) }, [])
  const drop = useCallback(() => { touched.current = false; writeDraft(key, null); setRestored(false) }, [key])
  return { value, set, restored, drop }
}
