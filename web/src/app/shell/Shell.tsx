/** The frame of every screen after sign-in: navigation, header, the moved-clock line, tab bar on the phone. */
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { ReSignIn } from '@/features/session/ReSignIn'
import { useClock, useNow } from '@/lib/clock'
import { moreTexts } from '@/lib/i18n'
import { addRecent } from '@/lib/recent'
import { shortcutHandler } from '@/lib/shortcuts'
import { useIsPhone, useNarrowNav } from '@/lib/screen'
import { useOffline } from '@/lib/offline'
import { useTongue } from '@/lib/text'
import { exact } from '@/lib/time'
import { offered, type Action } from '@/metadata/actions'
import { holdsPath, TABS } from '@/metadata/nav'
import { SeeAsBanner } from '@/metadata/SeeAs'
import { useMe } from '@/metadata/session'
import { Button } from '@/ui/Button'
import { Icon } from '@/ui/Icon'
import { PageTitleContext, type PageTitle } from '@/ui/Page'
import { GuidanceHost } from '@/metadata/GuidanceHost'
import { Toasts } from '@/ui/Toast'
import { sharePage, useActions } from '../actions'
import { Bell } from './Bell'
import { Nav } from './Nav'
import { UserMenu } from './UserMenu'

const Palette = lazy(() => moreTexts().then(() => import('../palette/Palette')))
const KeySheet = lazy(() => moreTexts().then(() => import('../palette/Keys')))
const MOD = /Mac|iPhone|iPad/.test(globalThis.navigator?.platform ?? '') ? '⌘' : 'Ctrl'
const HAS_RECORD = /^\/(leads|records\/[a-z_0-9]+)\/[0-9a-f-]{36}$/

export function Shell() {
  const { t } = useTongue()
  const me = useMe()
  const clock = useClock()
  const phone = useIsPhone()
  const offline = useOffline()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const [page, setPage] = useState<PageTitle>({ title: '' })
  const [open, setOpen] = useState<'palette' | 'keys' | null>(null)
  const openPalette = useCallback(() => setOpen('palette'), [])
  const openKeys = useCallback(() => setOpen('keys'), [])
  const actions = useActions({ openPalette, openKeys })
  useShortcuts(actions, openPalette)
  const main = useRef<HTMLElement>(null)
  const tell = useCallback((next: PageTitle) => {
    setPage((old) => (old.title === next.title && old.back === next.back ? old : next))
    document.title = `${next.subject ?? next.title} · ${t('brand')}`
    if (me && next.subject && HAS_RECORD.test(location.pathname)) addRecent(me.workspace.key, { path: location.pathname, title: next.subject })
  }, [t, me])
  useEffect(() => { main.current?.scrollTo({ top: 0 }) }, [path])
  const unread = me?.unread ?? 0
  const [narrow, setNarrow] = useNarrowNav()
  const shape = ['xj-shell', narrow && 'xj-shell--narrow', (clock.moved || offline || me?.seen_by) && 'xj-shell--banner'].filter(Boolean).join(' ')
  return (
    <PageTitleContext value={tell}>
      <div className={shape}>
        <a className="xj-skip" href="#main">{t('shell.skip')}</a>
        {!phone && <Nav path={path} narrow={narrow} onNarrow={setNarrow} />}
        <header className="xj-header">
          {page.back && <BackButton to={page.back} />}
          <div className="xj-header__title xj-ellipsis">{page.title}</div>
          {!phone && <button type="button" className="xj-searchbox" aria-keyshortcuts="Control+K" onClick={openPalette}><Icon name="search" /><span className="xj-grow xj-ellipsis">{t('search.placeholder')}</span><kbd aria-hidden="true">{MOD} K</kbd></button>}
          <div className="xj-header__right">
            {phone && <Button kind="ghost" icon="search" aria-label={t('search.open')} onClick={openPalette} />}
            {(!phone || HAS_RECORD.test(path)) && <Button kind="ghost" icon="link" aria-label={t('shell.share')} title={t('shell.share')} onClick={sharePage} />}
            <Bell unread={unread} phone={phone} />
            {!phone && <UserMenu />}
          </div>
        </header>
        {(clock.moved || offline || me?.seen_by) && <div className="xj-banners"><SeeAsBanner />{offline && <Offline />}{clock.moved && <MovedClock fixed={clock.fixed} phone={phone} />}</div>}
        <main className="xj-main" id="main" ref={main} tabIndex={-1}><Outlet /></main>
        {phone && (
          <nav className="xj-tabbar" aria-label={t('shell.nav')}>
            {TABS.map((item) => (
              <Link key={item.to} to={item.to} aria-current={holdsPath(path, item.to) ? 'page' : undefined} activeProps={{}} className={item.to === '/capture' ? 'xj-tabbar__plus' : undefined} aria-label={item.to === '/capture' ? t(item.label) : undefined}>
                {item.to === '/capture' ? <span><Icon name="plus" size={20} /></span> : <><Icon name={item.icon} /><span>{t(item.label)}</span>{item.to === '/inbox' && unread > 0 && <span className="xj-count">{unread > 99 ? '99+' : unread}</span>}</>}
              </Link>
            ))}
          </nav>
        )}
      </div>
      {open && <Suspense fallback={null}>{open === 'palette' ? <Palette actions={actions} onClose={() => setOpen(null)} /> : <KeySheet actions={actions} onClose={() => setOpen(null)} />}</Suspense>}
      <ReSignIn />
      <GuidanceHost />
      <Toasts closeLabel={t('common.close')} />
    </PageTitleContext>
  )
}

function BackButton({ to }: { to: string }) {
  const { t } = useTongue()
  const navigate = useNavigate()
  return <Button kind="ghost" icon="left" aria-label={t('common.back')} onClick={() => { if (history.length > 1) history.back(); else void navigate({ to }) }} />
}

function Offline() {
  const { t } = useTongue()
  return <div className="xj-banner xj-banner--offline" role="status"><Icon name="alert" /><span>{t('shell.offline')}</span></div>
}

function MovedClock({ fixed, phone }: { fixed: boolean; phone: boolean }) {
  const { t } = useTongue()
  const now = useNow(1000)
  const at = exact(new Date(now).toISOString())
  return <div className="xj-banner" role="region" aria-label={t('shell.clock')}><Icon name="clock" /><span>{t(fixed ? 'shell.clock_fixed' : 'shell.clock_moved', { at: at.slice(phone ? 5 : 0, fixed || phone ? 16 : undefined) })}</span></div>
}

function useShortcuts(actions: Action[], openPalette: () => void) {
  const latest = useRef(actions)
  useEffect(() => { latest.current = actions }, [actions])
  useEffect(() => {
    const plain = shortcutHandler(() => offered(latest.current))
    const keys = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k' && !event.isComposing) { event.preventDefault(); openPalette() } else plain(event)
    }
    document.addEventListener('keydown', keys)
    return () => document.removeEventListener('keydown', keys)
  }, [openPalette])
}
