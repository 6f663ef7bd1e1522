/** The frame of every screen after sign-in: navigation, header, the moved-clock line, tab bar on the phone. */
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState } from 'react'
import { GlobalSearch } from '@/features/search/GlobalSearch'
import { ReSignIn } from '@/features/session/ReSignIn'
import { useClock, useNow } from '@/lib/clock'
import { useIsPhone, useNarrowNav } from '@/lib/screen'
import { useOffline } from '@/lib/offline'
import { useTongue } from '@/lib/text'
import { exact } from '@/lib/time'
import { holdsPath, TABS } from '@/metadata/nav'
import { SeeAsBanner } from '@/metadata/SeeAs'
import { useMe } from '@/metadata/session'
import { Button } from '@/ui/Button'
import { Icon } from '@/ui/Icon'
import { PageTitleContext, type PageTitle } from '@/ui/Page'
import { GuidanceHost } from '@/metadata/GuidanceHost'
import { Toasts } from '@/ui/Toast'
import { Nav } from './Nav'
import { UserMenu } from './UserMenu'

export function Shell() {
  const { t } = useTongue()
  const me = useMe()
  const clock = useClock()
  const phone = useIsPhone()
  const offline = useOffline()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const [page, setPage] = useState<PageTitle>({ title: '' })
  const [searching, setSearching] = useState(false)
  const main = useRef<HTMLElement>(null)
  const tell = useCallback((next: PageTitle) => {
    setPage((old) => (old.title === next.title && old.back === next.back ? old : next))
    document.title = `${next.subject ?? next.title} · ${t('brand')}`
  }, [t])
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
          {(!phone || searching) && <GlobalSearch phone={phone} onClose={() => setSearching(false)} />}
          <div className="xj-header__right">
            {phone && <Button kind="ghost" icon="search" aria-label={t('search.open')} onClick={() => setSearching(true)} />}
            <Link to="/inbox" className="xj-bell" aria-label={t('shell.inbox', { count: unread })}><Icon name="bell" size={18} />{unread > 0 && <span className="xj-count" data-unread={unread}>{unread > 99 ? '99+' : unread}</span>}</Link>
            {!phone && <UserMenu />}
          </div>
        </header>
        {(clock.moved || offline || me?.seen_by) && <div className="xj-banners"><SeeAsBanner />{offline && <Offline />}{clock.moved && <MovedClock fixed={clock.fixed} />}</div>}
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

function MovedClock({ fixed }: { fixed: boolean }) {
  const { t } = useTongue()
  const now = useNow(1000)
  const at = exact(new Date(now).toISOString())
  return <div className="xj-banner" role="region" aria-label={t('shell.clock')}><Icon name="clock" /><span>{t(fixed ? 'shell.clock_fixed' : 'shell.clock_moved', { at: fixed ? at.slice(0, 16) : at })}</span></div>
}
