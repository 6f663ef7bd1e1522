/** The navigation at the left: groups by role, 200 or 56 pixels wide as the person chose. */
import { Link } from '@tanstack/react-router'
import { useTongue } from '@/lib/text'
import { grouped, holdsPath, useNav } from '@/metadata/nav'
import { useMe } from '@/metadata/session'
import { Icon } from '@/ui/Icon'

export function Nav({ path, narrow, onNarrow }: { path: string; narrow: boolean; onNarrow: (narrow: boolean) => void }) {
  const { t } = useTongue()
  const me = useMe()
  const items = useNav()
  const here = items.filter((item) => holdsPath(path, item.to)).toSorted((a, b) => b.to.length - a.to.length)[0]?.to
  const word = t(narrow ? 'shell.widen' : 'shell.narrow')
  return (
    <nav className="xj-nav" aria-label={t('shell.nav')}>
      <Link to="/" className="xj-nav__brand" aria-label={t('shell.to_start')}>{t('brand')}</Link>
      {grouped(items).map(([group, list]) => (
        <div key={group} className="xj-nav__group">
          {group !== 'work' && <div className="xj-nav__head" id={`nav-${group}`}>{t(`nav.group.${group}`)}</div>}
          <ul {...(group === 'work' ? {} : { 'aria-labelledby': `nav-${group}` })}>
            {list.map((item) => (
              <li key={item.to}>
                <Link to={item.to} className="xj-nav__item" aria-current={item.to === here ? 'page' : undefined} activeProps={{}} title={narrow ? t(item.label) : undefined}>
                  <Icon name={item.icon} /><span className="xj-nav__text">{t(item.label)}</span>
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <div className="xj-nav__foot">
        <span className="xj-nav__text xj-ellipsis">{me?.workspace.name}</span>
        <button type="button" className="xj-nav__fold" aria-label={word} title={word} aria-expanded={!narrow} onClick={() => onNarrow(!narrow)}><Icon name={narrow ? 'right' : 'left'} /></button>
      </div>
    </nav>
  )
}
