/** How wide the screen is, and what this browser remembers about the frame. */
import { useSyncExternalStore } from 'react'
import { recall, remember } from './store'

function media(query: string) {
  const list = typeof matchMedia === 'function' ? matchMedia(query) : null
  return [(listener: () => void) => { list?.addEventListener('change', listener); return () => list?.removeEventListener('change', listener) }, () => list?.matches ?? false] as const
}

const phone = media('(max-width: 799px)')
const compact = media('(max-width: 1100px)')

/** Whether the screen is a phone's or a chat app's side bar (below 800 pixels). */
export const useIsPhone = () => useSyncExternalStore(...phone)
export const useIsCompact = () => useSyncExternalStore(...compact)

const STORE = 'xingji.nav'
const listeners = new Set<() => void>()
const remembered = () => recall(STORE)

/** The navigation is narrow: as chosen, else on compact screens. And how to choose. */
export function useNarrowNav(): [boolean, (narrow: boolean) => void] {
  const small = useIsCompact()
  const chosen = useSyncExternalStore((listener) => { listeners.add(listener); return () => listeners.delete(listener) }, remembered)
  return [chosen ? chosen === 'narrow' : small, setNarrowNav]
}

export function setNarrowNav(narrow: boolean) {
  remember(STORE, narrow ? 'narrow' : 'wide')
  listeners.forEach((listener) => listener())
}
