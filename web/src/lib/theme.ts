/** Light, dark or as the system says; written to `data-theme` on the root element. */
import { useSyncExternalStore } from 'react'
import { recall, remember } from './store'

export type ThemeChoice = 'system' | 'light' | 'dark'
const STORE = 'xingji.theme'
const dark = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : null
const listeners = new Set<() => void>()

export const themeChoice = (): ThemeChoice => (recall(STORE) as ThemeChoice | null) ?? 'system'

export function resolvedTheme(): 'light' | 'dark' {
  const choice = themeChoice()
  return choice === 'system' ? (dark?.matches ? 'dark' : 'light') : choice
}

export function applyTheme(choice?: ThemeChoice) {
  if (choice) remember(STORE, choice)
  const theme = resolvedTheme()
  document.documentElement.dataset.theme = theme
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', theme === 'dark' ? '#1f2226' : '#ffffff')
  listeners.forEach((listener) => listener())
}

dark?.addEventListener('change', () => applyTheme())

export function useTheme() {
  return useSyncExternalStore((listener) => { listeners.add(listener); return () => listeners.delete(listener) }, () => `${themeChoice()}/${resolvedTheme()}`)
    .split('/') as [ThemeChoice, 'light' | 'dark']
}
