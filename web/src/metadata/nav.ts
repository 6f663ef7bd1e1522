/** The screens this session may use, in the order of the navigation. */
import type { IconName } from '@/ui/Icon'
import { useSchema } from './schema'
import { useMe } from './session'

export interface NavItem { to: string; icon: IconName; label: string; right?: string; object?: string }

const NAV: NavItem[] = [
  { to: '/', icon: 'workbench', label: 'nav.workbench' },
  { to: '/leads', icon: 'person', label: 'nav.leads', object: 'lead' },
  { to: '/tasks', icon: 'task', label: 'nav.tasks', object: 'task' },
  { to: '/pools', icon: 'pool', label: 'nav.pools', object: 'lead' },
  { to: '/records/customer', icon: 'building', label: 'nav.customers', object: 'customer' },
  { to: '/records/deal', icon: 'deal', label: 'nav.deals', object: 'deal' },
  { to: '/team', icon: 'board', label: 'nav.team', object: 'lead' },
  { to: '/heat', icon: 'heat', label: 'nav.heat', right: 'metrics.read' },
  { to: '/settings', icon: 'settings', label: 'nav.settings', right: 'definitions.read' },
]

export const TABS: NavItem[] = [
  { to: '/', icon: 'workbench', label: 'nav.workbench' },
  { to: '/leads', icon: 'person', label: 'nav.leads' },
  { to: '/capture', icon: 'plus', label: 'nav.capture' },
  { to: '/inbox', icon: 'message', label: 'nav.inbox' },
  { to: '/me', icon: 'person', label: 'nav.me' },
]

/** Until the schema is known everything stands, so that nothing jumps for most people. */
export function useNav(): NavItem[] {
  const rights = useMe()?.rights ?? []
  const { data: schema } = useSchema()
  return NAV.filter((item) => {
    if (item.right && !rights.includes(item.right)) return false
    return !item.object || !schema || schema.objects.some((object) => object.key === item.object && object.can?.read !== false)
  })
}
