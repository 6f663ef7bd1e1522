/** The definitions of one kind, to move among them; those that are broken or being written say so. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTongue } from '@/lib/text'
import { Icon } from '@/ui/Icon'
import { useOverview } from './queries'

export function DefinitionList({ kind, name }: { kind: string; name: string }) {
  const { t, say } = useTongue()
  const [find, setFind] = useState('')
  const rows = useOverview().data?.rows.filter((row) => row.kind === kind) ?? []
  const wanted = find.trim().toLowerCase()
  const shown = rows.filter((row) => !wanted || say(row.name, row.key).toLowerCase().includes(wanted) || row.key.includes(wanted))
  return (
    <nav className="xj-studio__list" aria-label={t(`definitions.kind.${kind}`)}>
      <p className="xj-line"><Link to="/settings" search={{ kind } as never} className="xj-strong">{t(`definitions.kind.${kind}`)}</Link><span className="xj-muted xj-small">{rows.length}</span></p>
      {rows.length > 8 && <input className="xj-input" aria-label={t('studio.find')} placeholder={t('studio.find')} value={find} onChange={(event) => setFind(event.target.value)} />}
      <ul>
        {shown.map((row) => (
          <li key={row.key}><Link to="/settings/$kind/$key" params={{ kind, key: row.key }} aria-current={row.key === name ? 'page' : undefined} className="xj-studio__item" title={say(row.name, row.key)}>
            <span className="xj-ellipsis">{say(row.name, row.key)}</span>
            {row.quarantine ? <Icon name="alert" aria-label={t('definitions.quarantined')} /> : row.draft_saved_at ? <i className="xj-dot" title={t('definitions.draft')} /> : row.switched_off ? <span className="xj-small xj-muted">{t('studio.off')}</span> : null}
          </Link></li>
        ))}
      </ul>
    </nav>
  )
}
