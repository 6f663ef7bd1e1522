/** Everything configurable: the studio's front. */
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Home } from '@/features/studio/Home'
import { NewDefinition } from '@/features/studio/NewDefinition'
import { KINDS, useOverview } from '@/features/studio/queries'
import { useIsPhone } from '@/lib/screen'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { useRight } from '@/metadata/session'
import { Button } from '@/ui/Button'
import { Page } from '@/ui/Page'
import { Tabs } from '@/ui/Tabs'
import './workbench.css'
import '@/features/studio/studio.css'

export default function DefinitionsPage() {
  const { t } = useTongue()
  const navigate = useNavigate()
  const phone = useIsPhone()
  const search = useSearch({ strict: false }) as { kind?: string }
  const kind = KINDS.find((each) => each === search.kind)
  const query = useOverview()
  const may = useRight('definitions.write')
  const [find, setFind] = useState('')
  const [making, setMaking] = useState(false)
  const rows = query.data?.rows ?? []
  const broken = rows.filter((row) => row.quarantine).length
  const drafts = rows.filter((row) => row.draft_saved_at).length
  const go = (next: string) => void navigate({ to: '/settings', search: (next === 'all' ? {} : { kind: next }) as never })
  const head = kind ? t('definitions.head', { kind: t(`definitions.kind.${kind}`), count: rows.filter((row) => row.kind === kind).length }) : t(broken ? 'studio.head_broken' : drafts ? 'studio.head_drafts' : 'studio.head', { broken, drafts, count: rows.length })
  const known = KINDS.filter((each) => query.data?.kinds.some((one) => one.kind === each))
  return (
    <Page title={t('nav.settings')}>
      <div className="xj-page__head">
        <div className="xj-grow"><h1 className="xj-headline">{query.data ? head : t('nav.settings')}</h1><p className="xj-muted">{kind ? t(`definitions.about.${kind}`) : t('studio.about')}</p></div>
        <div className="xj-page__actions">
          <Link to="/settings/packs" className="xj-btn">{t('studio.packs')}</Link>
          {may && !phone && query.data && <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>{t('studio.new')}</Button>}
        </div>
      </div>
      {!query.data ? <QueryState query={query} rows={8} /> : (
        <>
          <div className="xj-line">
            <input className="xj-input xj-studio__find" type="search" aria-label={t('studio.find')} placeholder={t('studio.find')} value={find} onChange={(event) => setFind(event.target.value)} />
            <Tabs label={t('definitions.kinds')} value={kind ?? 'all'} onChange={go} tabs={[{ key: 'all', label: t('studio.all') }, ...known.map((key) => ({ key: key as string, label: t(`definitions.kind.${key}`) }))]} />
          </div>
          <Home overview={query.data} find={find} kind={kind} onKind={go} />
          {making && <NewDefinition overview={query.data} kind={kind} onClose={() => setMaking(false)} />}
        </>
      )}
    </Page>
  )
}
