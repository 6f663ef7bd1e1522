/** Where a person begins, as the definition of their role says; a place they may not open is the workbench. */
import type { Session } from '@/api/types'
import { mayOpen, NAV } from './nav'

export const HOMES: Record<string, string> = { workbench: '/', board: '/team', morning: '/morning', channels: '/heat', payments: '/records/deal', leads: '/leads', settings: '/settings' }

export function homePath(session: Pick<Session, 'home' | 'rights'> | undefined): string {
  const path = HOMES[session?.home ?? 'workbench'] ?? '/'
  const item = NAV.find((each) => each.to === path)
  return item && mayOpen(item, session?.rights ?? [], null) ? path : '/'
}
