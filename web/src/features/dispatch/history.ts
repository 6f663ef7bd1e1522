/** Undo and redo of a value that is held elsewhere. */
import { useRef, useState } from 'react'

const MOST = 200

export function useHistory<T>(value: T, onChange: (next: T) => void) {
  const past = useRef<T[]>([])
  const future = useRef<T[]>([])
  const [, tell] = useState(0)
  const step = (from: T[], to: T[]) => { const next = from.pop(); if (next === undefined) return; to.push(value); onChange(next); tell((now) => now + 1) }
  return {
    change: (next: T) => {
      if (next === value) return
      past.current = [...past.current.slice(-MOST), value]
      future.current = []
      onChange(next)
      tell((now) => now + 1)
    },
    undo: () => step(past.current, future.current),
    redo: () => step(future.current, past.current),
    canUndo: past.current.length > 0,
    canRedo: future.current.length > 0,
  }
}
