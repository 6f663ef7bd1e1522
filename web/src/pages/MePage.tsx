/** The phone's last tab: who I am, language, theme, the other screens, sign-out. */
import { Link } from '@tanstack/react-router'
import { signOut } from '@/features/session/queries'
import { LANGUAGE_NAMES, THEMES } from '@/lib/choices'
import { setLanguage } from '@/lib/i18n'
import { useTongue } from '@/lib/text'
import { applyTheme, useTheme } from '@/lib/theme'
import { grouped, useNav } from '@/metadata/nav'
import { useMe } from '@/metadata/session'
import { Avatar } from '@/ui/Avatar'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { Tabs } from '@/ui/Tabs'

export default function MePage() {
  const { t, tongue } = useTongue()
  const me = useMe()
  const [theme] = useTheme()
  const links = useNav().filter((item) => item.to !== '/' && item.to !== '/leads')
  return (
    <Page title={t('nav.me')}>
      <Card><div className="xj-line"><Avatar name={me?.person?.name ?? '?'} /><div><h1 style={{ fontSize: 16 }}>{me?.person?.name ?? me?.workspace.name}</h1><p className="xj-facts-line xj-small">{me?.person?.title && <span>{me.person.title}</span>}<span>{me?.workspace.name}</span></p></div></div></Card>
      {grouped(links).map(([group, items]) => <Card key={group} flush title={t(`nav.group.${group}`)}><ul>{items.map(({ to, icon, label }) => <li key={to}><Link to={to} className="xj-row" style={{ color: 'inherit', minHeight: 48 }}><Icon name={icon} /><span className="xj-grow">{t(label)}</span><Icon name="right" /></Link></li>)}</ul></Card>)}
      <Card flush><Link to="/me/notices" className="xj-row" style={{ color: 'inherit', minHeight: 48 }}><Icon name="bell" /><span className="xj-grow">{t('notice.settings')}</span><Icon name="right" /></Link></Card>
      <Card>
        <div className="xj-stack">
          <div className="xj-stack-8"><span className="xj-small xj-second">{t('shell.language')}</span><Tabs label={t('shell.language')} value={tongue} onChange={(key) => void setLanguage(key)} tabs={LANGUAGE_NAMES.map(([key, label]) => ({ key, label }))} /></div>
          <div className="xj-stack-8"><span className="xj-small xj-second">{t('shell.theme')}</span><Tabs label={t('shell.theme')} value={theme} onChange={applyTheme} tabs={THEMES.map((key) => ({ key, label: t(`shell.theme_${key}`) }))} /></div>
          <Button icon="out" block onClick={() => void signOut()}>{t('shell.sign_out')}</Button>
        </div>
      </Card>
    </Page>
  )
}
