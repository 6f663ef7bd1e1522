/** What can be done from anywhere: every screen of the navigation, and the frame's own actions. */
import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { signOut } from '@/features/session/queries'
import { currentLanguage, setLanguage } from '@/lib/i18n'
import { setNarrowNav } from '@/lib/screen'
import { applyTheme, resolvedTheme } from '@/lib/theme'
import { usePageActionList, type Action } from '@/metadata/actions'
import { useNav } from '@/metadata/nav'

const rows = () => [...document.querySelectorAll<HTMLElement>('#main [data-open]')].filter((each) => each.offsetParent !== null)

/** The next or previous row of the list on screen takes the focus. */
function step(by: 1 | -1) {
  const list = rows()
  const at = list.indexOf(document.activeElement as HTMLElement)
  list[at < 0 ? 0 : Math.max(0, Math.min(list.length - 1, at + by))]?.focus()
}

const findBox = () => document.querySelector<HTMLInputElement>('#main input[type=search]')
const isNarrow = () => document.querySelector('.xj-shell--narrow') !== null

/** Loaded when it is asked for. */
export const sharePage = () => void import('./sharePage').then((part) => part.sharePage())

export interface FrameActions { openPalette: () => void; openKeys: () => void }

export function useActions({ openPalette, openKeys }: FrameActions): Action[] {
  const navigate = useNavigate()
  const nav = useNav()
  const page = usePageActionList()
  return useMemo(() => [
    ...page,
    ...nav.map((item): Action => ({ id: `go${item.to}`, label: item.label, icon: item.icon, ...(item.keys ? { keys: item.keys } : {}), ...(item.also ? { also: item.also } : {}), run: () => void navigate({ to: item.to }) })),
    { id: 'go/inbox', label: 'nav.inbox', icon: 'bell', keys: 'g i', also: 'xx', run: () => void navigate({ to: '/inbox' }) },
    { id: 'capture', label: 'nav.capture', icon: 'plus', keys: 'c', also: 'kslr', run: () => void navigate({ to: '/capture' }) },
    { id: 'search', label: 'action.search', icon: 'search', keys: 's', also: 'ss', run: openPalette },
    { id: 'find', label: 'action.find', icon: 'filter', keys: '/', also: 'lbss', can: () => findBox() !== null, run: () => { findBox()?.focus(); findBox()?.select() } },
    { id: 'next', label: 'action.next', icon: 'down', keys: 'j', can: () => rows().length > 0, run: () => step(1) },
    { id: 'previous', label: 'action.previous', icon: 'up', keys: 'k', can: () => rows().length > 0, run: () => step(-1) },
    { id: 'share', label: 'shell.share', icon: 'link', keys: 'y', also: 'fxby', run: sharePage },
    { id: 'print', label: 'action.print', icon: 'note', also: 'dyby', run: () => print() },
    { id: 'theme', label: 'action.theme', icon: 'moon', also: 'wg', run: () => applyTheme(resolvedTheme() === 'dark' ? 'light' : 'dark') },
    { id: 'language', label: 'action.language', icon: 'globe', also: 'yy', run: () => void setLanguage(currentLanguage() === 'en' ? 'zh-CN' : 'en') },
    { id: 'nav', label: 'action.nav', icon: 'left', keys: '[', also: 'dh', run: () => setNarrowNav(!isNarrow()) },
    { id: 'keys', label: 'action.keys', icon: 'info', keys: '?', also: 'kjj', run: openKeys },
    { id: 'sign_out', label: 'shell.sign_out', icon: 'out', also: 'tcdl', run: () => void signOut() },
  ], [page, nav, navigate, openPalette, openKeys])
}
