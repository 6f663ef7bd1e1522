/**
 * One definition of what can be done feeds palette, menu, button and shortcut.
 * A screen brings its own actions while it stands (`usePageActions`); the frame's stand in `app/actions.ts`.
 */
import { useEffect, useRef, useSyncExternalStore } from 'react'
import type { IconName } from '@/ui/Icon'

export interface Action {
  id: string
  /** Translation key of its name, and what fills its blanks. */
  label: string
  params?: Record<string, string | number>
  icon: IconName
  /** Shortcut: keys pressed one after the other ("g l"), never while typing. */
  keys?: string
  /** What else the palette finds it by, pinyin initials for one. */
  also?: string
  /** Not offered where this answers false. */
  can?: () => boolean
  run: () => void
}

let brought: readonly (readonly Action[])[] = []
let all: readonly Action[] = []
const listeners = new Set<() => void>()

function publish(next: readonly (readonly Action[])[]) {
  brought = next
  all = next.flat()
  listeners.forEach((listener) => listener())
}

/** While the component stands, these can be done; `run` always sees the component's latest state. */
export function usePageActions(actions: readonly Action[]) {
  const latest = useRef(actions)
  useEffect(() => { latest.current = actions })
  const shape = actions.map((each) => `${each.id}|${each.label}|${each.keys ?? ''}`).join(',')
  useEffect(() => {
    const stable = latest.current.map((action) => ({ ...action, can: () => find(latest.current, action.id)?.can?.() ?? true, run: () => find(latest.current, action.id)?.run() }))
    publish([...brought, stable])
    return () => publish(brought.filter((each) => each !== stable))
  }, [shape])
}

const find = (actions: readonly Action[], id: string) => actions.find((action) => action.id === id)

/** What the screens of the moment bring. */
export const usePageActionList = () => useSyncExternalStore((listener) => { listeners.add(listener); return () => { listeners.delete(listener) } }, () => all)

export const offered = (actions: readonly Action[]) => actions.filter((action) => action.can?.() ?? true)
