/** Customers two people follow, waiting for a ruling. */
import { useState } from 'react'
import { CollisionCard } from '@/features/collisions/CollisionCard'
import { useCollisions } from '@/features/collisions/queries'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { Notice } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Page } from '@/ui/Page'
import '@/features/founding/founding.css'

export default function CollisionsPage() {
  const { t } = useTongue()
  const query = useCollisions()
  const [ruled, setRuled] = useState(false)
  const rows = query.data?.rows
  return (
    <Page title={t('nav.collisions')}>
      <div className="xj-page__head"><h1>{rows ? t(rows.length ? 'collision.count' : 'collision.none', { count: rows.length }) : t('nav.collisions')}</h1></div>
      {ruled && <Notice kind="done">{t('collision.ruled')}</Notice>}
      {!rows ? <QueryState query={query} /> : rows.length === 0 ? <Empty icon="merge" title={t('collision.none')}>{t('collision.none_help')}</Empty> : (
        <div className="xj-stack">{rows.map((collision) => <CollisionCard key={collision.id} collision={collision} onRuled={() => setRuled(true)} />)}</div>
      )}
    </Page>
  )
}
