/**
 * Every screen of the navigation, in one table: its group, what it needs, how it is reached by keys.
 * The groups stand in the order of a day: the own work, the team, building, administration.
 */
import { useMemo } from 'react'
import type { IconName } from '@/ui/Icon'
import { useSchema } from './schema'
import { useMe } from './session'

export type NavGroup = 'work' | 'team' | 'build' | 'admin'
export interface NavItem {
  to: string
  group: NavGroup
  icon: IconName
  /** Translation key of its name. */
  label: string
  /** Any one of these rights shows it; none given: everybody. */
  rights?: string[]
  /** The object one must be able to read. */
  object?: string
  /** Shortcut: keys pressed one after the other. */
  keys?: string
  /** What else the palette finds it by: pinyin initials. */
  also?: string
}

export const NAV: NavItem[] = [
  { to: '/', group: 'work', icon: 'workbench', label: 'nav.workbench', keys: 'g h', also: 'gzt' },
  { to: '/leads', group: 'work', icon: 'person', label: 'nav.leads', object: 'lead', keys: 'g l', also: 'xs' },
  { to: '/pools', group: 'work', icon: 'pool', label: 'nav.pools', object: 'lead', keys: 'g p', also: 'gh' },
  { to: '/records/customer', group: 'work', icon: 'building', label: 'nav.customers', object: 'customer', keys: 'g c', also: 'kh' },
  { to: '/records/deal', group: 'work', icon: 'deal', label: 'nav.deals', object: 'deal', keys: 'g d', also: 'sj' },
  { to: '/tasks', group: 'work', icon: 'task', label: 'nav.tasks', object: 'task', keys: 'g t', also: 'rw' },
  { to: '/approvals', group: 'work', icon: 'tick', label: 'nav.approvals', keys: 'g e', also: 'sp' },
  { to: '/report', group: 'work', icon: 'note', label: 'nav.report', keys: 'g y', also: 'rbzb' },
  { to: '/risks', group: 'work', icon: 'alert', label: 'nav.risks', object: 'deal', keys: 'g x', also: 'fxld' },
  { to: '/quality', group: 'work', icon: 'half', label: 'nav.quality', also: 'gcbg' },
  { to: '/audits', group: 'team', icon: 'lock', label: 'nav.audits', rights: ['process.audit'], also: 'gcsj' },
  { to: '/morning', group: 'team', icon: 'bell', label: 'nav.morning', rights: ['assign', 'bulk'], keys: 'g m', also: 'cb' },
  { to: '/diagnosis', group: 'team', icon: 'info', label: 'nav.diagnosis', object: 'customer', rights: ['assign', 'bulk'], keys: 'g z', also: 'zd' },
  { to: '/team', group: 'team', icon: 'board', label: 'nav.team', object: 'lead', rights: ['assign', 'pool.assign', 'bulk'], keys: 'g b', also: 'tdkb' },
  { to: '/health', group: 'team', icon: 'board', label: 'nav.health', object: 'deal', rights: ['assign', 'process.waive', 'process.audit'], keys: 'g j', also: 'gcjk' },
  { to: '/mining', group: 'team', icon: 'route', label: 'nav.mining', rights: ['definitions.read', 'process.audit', 'assign'], keys: 'g w', also: 'lcwj' },
  { to: '/heat', group: 'team', icon: 'heat', label: 'nav.heat', object: 'lead', rights: ['assign', 'definitions.read'], keys: 'g r', also: 'xsrlt' },
  { to: '/collisions', group: 'team', icon: 'merge', label: 'nav.collisions', object: 'lead', rights: ['assign'], also: 'zdcd' },
  { to: '/roadmap', group: 'build', icon: 'route', label: 'nav.roadmap', rights: ['definitions.read'], also: 'lxt' },
  { to: '/start', group: 'build', icon: 'upload', label: 'nav.start', rights: ['import'], keys: 'g k', also: 'ks' },
  { to: '/settings', group: 'build', icon: 'settings', label: 'nav.settings', rights: ['definitions.read'], keys: 'g s', also: 'pz' },
  { to: '/receipts', group: 'admin', icon: 'ledger', label: 'nav.receipts', rights: ['receipts.read'], also: 'tdjl' },
  { to: '/outbox', group: 'admin', icon: 'send', label: 'nav.outbox', rights: ['outbox.read'], also: 'fsjl' },
  { to: '/admin/people', group: 'admin', icon: 'meeting', label: 'screens.people', rights: ['people.read'], keys: 'g u', also: 'rybm' },
  { to: '/admin/tokens', group: 'admin', icon: 'lock', label: 'screens.tokens', rights: ['tokens.write'], also: 'jklp' },
  { to: '/admin/audit', group: 'admin', icon: 'history', label: 'screens.audit', rights: ['audit.read'], keys: 'g a', also: 'czjl' },
]

/** The phone's tab bar; the middle one is the round plus. */
export const TABS: Pick<NavItem, 'to' | 'icon' | 'label'>[] = [
  { to: '/', icon: 'workbench', label: 'nav.workbench' },
  { to: '/leads', icon: 'person', label: 'nav.leads' },
  { to: '/capture', icon: 'plus', label: 'nav.capture' },
  { to: '/inbox', icon: 'message', label: 'nav.inbox' },
  { to: '/me', icon: 'person', label: 'nav.me' },
]

/** Whether an item of the navigation is the place of a path. */
export const holdsPath = (path: string, to: string) => (to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`))

export function mayOpen(item: Pick<NavItem, 'rights' | 'object'>, rights: readonly string[], readable: ReadonlySet<string> | null): boolean {
  if (item.rights && !item.rights.some((right) => rights.includes(right) || rights.includes('*'))) return false
  return !item.object || !readable || readable.has(item.object)
}

/** The screens this session may use. Until the schema is known everything stands, so that nothing jumps for most people. */
export function useNav(): NavItem[] {
  const rights = useMe()?.rights
  const { data: schema } = useSchema()
  return useMemo(() => {
    const readable = schema ? new Set(schema.objects.filter((object) => object.can?.read !== false).map((object) => object.key)) : null
    return NAV.filter((item) => mayOpen(item, rights ?? [], readable))
  }, [rights, schema])
}

/** The items by group, empty groups left out. */
export const grouped = (items: NavItem[]): [NavGroup, NavItem[]][] => (['work', 'team', 'build', 'admin'] as const).map((group) => [group, items.filter((item) => item.group === group)] as [NavGroup, NavItem[]]).filter(([, list]) => list.length > 0)
