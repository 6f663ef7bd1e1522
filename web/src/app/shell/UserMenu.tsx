/** Language, theme, workspace and sign-out, behind the name. */
import { signOut, useEnterWorkspace } from '@/features/session/queries'
import { LANGUAGE_NAMES, THEMES } from '@/lib/choices'
import { setLanguage } from '@/lib/i18n'
import { useTongue } from '@/lib/text'
import { applyTheme, useTheme } from '@/lib/theme'
import { useMe } from '@/metadata/session'
import { Avatar } from '@/ui/Avatar'
import { Menu, MenuItem } from '@/ui/Menu'

export function UserMenu() {
  const { t, tongue } = useTongue()
  const me = useMe()
  const [theme] = useTheme()
  const enter = useEnterWorkspace()
  const others = me?.workspaces.filter((each) => each.key !== me.workspace.key) ?? []
  const name = me?.person?.name ?? me?.workspace.name ?? ''
  return (
    <Menu label={t('shell.user_menu')} trigger={(props) => <button type="button" className="xj-user" aria-label={t('shell.user_of', { name })} {...props}><Avatar name={name} round /></button>}>
      {(close) => (
        <>
          <div className="xj-menu__title" role="presentation">{name}{me?.person?.title ? ` · ${me.person.title}` : ''}<br />{me?.workspace.name}</div>
          <div className="xj-menu__line" role="presentation" />
          <div className="xj-menu__title" role="presentation">{t('shell.language')}</div>
          {LANGUAGE_NAMES.map(([key, label]) => <MenuItem key={key} checked={tongue === key} onSelect={() => { close(); void setLanguage(key) }}>{label}</MenuItem>)}
          <div className="xj-menu__title" role="presentation">{t('shell.theme')}</div>
          {THEMES.map((key) => <MenuItem key={key} checked={theme === key} onSelect={() => { close(); applyTheme(key) }}>{t(`shell.theme_${key}`)}</MenuItem>)}
          <div className="xj-menu__line" role="presentation" />
          {others.map((each) => <MenuItem key={each.key} onSelect={() => { close(); enter.mutate(each.key, { onSuccess: () => location.assign('/') }) }}>{t('shell.go_to', { name: each.name })}</MenuItem>)}
          <MenuItem onSelect={() => void signOut()}>{t('shell.sign_out')}</MenuItem>
        </>
      )}
    </Menu>
  )
}
