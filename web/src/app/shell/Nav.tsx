/** The navigation at the left: groups by role, 200 or 56 pixels wide as the person chose, groups folded as they like. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { recall, remember } from '@/lib/store'
import { useTongue } from '@/lib/text'
import { Go } from '@/metadata/Go'
import { grouped, holdsPath, useNav } from '@/metadata/nav'
import { useMe } from '@/metadata/session'
import { Icon } from '@/ui/Icon'

/** Which groups this person opened or folded; a long navigation starts with building and administration folded. */
const FOLDS = 'xingji.nav.folds'
const folded = (): Record<string, boolean> => { try { return JSON.parse(recall(FOLDS) ?? '{}') } catch { return {} } }

export function Nav({ path, narrow, onNarrow }: { path: string; narrow: boolean; onNarrow: (narrow: boolean) => void }) {
  const { t } = useTongue()
  const me = useMe()
  const items = useNav()
  const here = items.filter((item) => holdsPath(path, item.to)).toSorted((a, b) => b.to.length - a.to.length)[0]?.to
  const short = items.length < 20
  const [folds, setFolds] = useState(folded)
  const fold = (next: Record<string, boolean>) => { setFolds(next); remember(FOLDS, JSON.stringify(next)) }
  const word = t(narrow ? 'shell.widen' : 'shell.narrow')
  return (
    <nav className="xj-nav" aria-label={t('shell.nav')}>
      <Link to="/" className="xj-nav__brand" aria-label={t('shell.to_start')}>{t('brand')}</Link>
      {grouped(items).map(([group, list]) => {
        const rows = (
          <ul>
            {list.map((item) => (
              <li key={item.to}>
                <Go to={item.to} className="xj-nav__item" aria-current={item.to === here ? 'page' : undefined} title={narrow ? t(item.label) : undefined}>
                  <Icon name={item.icon} /><span className="xj-nav__text">{t(item.label)}</span>
                </Go>
              </li>
            ))}
          </ul>
        )
        if (group === 'work') return <div key={group} className="xj-nav__group">{rows}</div>
        const open = narrow || (folds[group] ?? (short || group === 'team' || list.some((item) => item.to === here)))
        return (
          <details key={group} className="xj-nav__group" open={open}>
            <summary className="xj-nav__head" onClick={(event) => { event.preventDefault(); fold({ ...folds, [group]: !open }) }}>{t(`nav.group.${group}`)}<Icon name={open ? 'up' : 'down'} size={12} /></summary>
            {rows}
          </details>
        )
      })}
      <div className="xj-nav__foot">
        <span className="xj-nav__text xj-ellipsis">{me?.workspace.name}</span>
        <button type="button" className="xj-nav__fold" aria-label={word} title={word} aria-expanded={!narrow} onClick={() => onNarrow(!narrow)}><Icon name={narrow ? 'right' : 'left'} /></button>
      </div>
    </nav>
  )
}
