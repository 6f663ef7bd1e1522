/** Whether the screen is a phone's (below 800 pixels). */
import { useSyncExternalStore } from 'react'

const phone = typeof matchMedia === 'function' ? matchMedia('(max-width: 799px)') : null

export function useIsPhone(): boolean {
  return useSyncExternalStore((listener) => { phone?.addEventListener('change', listener); return () => phone?.removeEventListener('change', listener) }, () => phone?.matches ?? false)
}
