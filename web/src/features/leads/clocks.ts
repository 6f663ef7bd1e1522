/**
 * The clocks of a long list of leads: asked for in blocks of what is on screen, kept by lead.
 * A row reads its own and is drawn again when that changes, never when another's does.
 */
import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { FiredRow, Timers, TimerRow } from '@/api/types'
import { timersQuery } from './queries'

export interface Clocks { timers: TimerRow[]; fired: FiredRow[] }

const BLOCK = 50
const NONE: Clocks = { timers: [], fired: [] }

export class ClockBook {
  private held = new Map<string, Clocks>()
  private watching = new Map<string, Set<() => void>>()

  of = (id: string): Clocks | undefined => this.held.get(id)

  watch(id: string, watcher: () => void): () => void {
    const all = this.watching.get(id) ?? new Set()
    this.watching.set(id, all.add(watcher))
    return () => { all.delete(watcher); if (!all.size) this.watching.delete(id) }
  }

  /** What the server said of these leads: one it is silent about has no clock. */
  take(ids: readonly string[], answer: Timers) {
    const found = new Map<string, Clocks>()
    const at = (id: string) => found.get(id) ?? found.set(id, { timers: [], fired: [] }).get(id)!
    for (const row of answer.rows ?? []) at(row.record).timers.push(row)
    for (const row of answer.fired ?? []) at(row.record).fired.push(row)
    for (const id of ids) {
      const next = found.get(id) ?? NONE
      if (JSON.stringify(this.held.get(id)) === JSON.stringify(next)) continue
      this.held.set(id, next)
      this.watching.get(id)?.forEach((watcher) => watcher())
    }
  }
}

/** The blocks that hold the rows from `first` to `last`. */
export function blocksOf(ids: string[], first: number, last: number): string[][] {
  const blocks: string[][] = []
  for (let start = Math.max(0, Math.floor(first / BLOCK) * BLOCK); start <= last && start < ids.length; start += BLOCK) blocks.push(ids.slice(start, start + BLOCK))
  return blocks
}

const NOBODY: string[] = []
function useBlock(book: ClockBook, ids: string[]) {
  const { data } = useQuery(timersQuery(ids))
  const latest = useRef(ids)
  latest.current = ids
  useEffect(() => { if (data) book.take(latest.current, data) }, [book, data])
}

/** The book of a list, and the hand that says which rows are on screen. */
export function useClockBook(ids: string[]): { book: ClockBook; onShown: (first: number, last: number) => void } {
  const [book] = useState(() => new ClockBook())
  const [range, setRange] = useState<[number, number]>([0, 0])
  const onShown = useCallback((first: number, last: number) => {
    const next: [number, number] = [Math.floor(Math.max(0, first) / BLOCK), Math.floor(Math.max(0, last) / BLOCK)]
    setRange((old) => (old[0] === next[0] && old[1] === next[1] ? old : next))
  }, [])
  // What is on screen lies in one block, or in two that follow each other.
  const [block, following] = blocksOf(ids, range[0] * BLOCK, range[1] * BLOCK)
  useBlock(book, block ?? NOBODY)
  useBlock(book, following ?? NOBODY)
  return { book, onShown }
}

/** The clocks of one lead; nothing before they have been asked for. */
export const useClocks = (book: ClockBook, id: string) => useSyncExternalStore(useCallback((watcher: () => void) => book.watch(id, watcher), [book, id]), () => book.of(id))
