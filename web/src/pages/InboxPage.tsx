/** The inbox. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { InboxList, KindTabs } from '@/features/inbox/InboxList'
import { useInbox, useMarkRead } from '@/features/inbox/queries'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { useMe } from '@/metadata/session'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Page } from '@/ui/Page'
import { Tabs } from '@/ui/Tabs'

export default function InboxPage() {
  const { t } = useTongue()
  const unread = useMe()?.unread ?? 0
  const [which, setWhich] = useState<'unread' | 'all'>('unread')
  const [kind, setKind] = useState('')
  const query = useInbox(which === 'unread', kind)
  const mark = useMarkRead()
  const items = query.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <Page title={t('nav.inbox')}>
      <div className="xj-page__head">
        <h1>{unread ? t('inbox.head', { count: unread }) : t('inbox.head_none')}</h1>
        <div className="xj-page__actions">
          <Tabs label={t('nav.inbox')} value={which} onChange={setWhich} tabs={[{ key: 'unread', label: t('inbox.unread') }, { key: 'all', label: t('inbox.all') }]} />
          <Button icon="tick" reason={unread ? undefined : t('inbox.head_none')} disabled={mark.isPending} onClick={() => mark.mutate({ all: true })}>{t('inbox.mark_all')}</Button>
          <Link to="/me/notices" className="xj-btn xj-btn--ghost">{t('notice.settings')}</Link>
        </div>
      </div>
      <KindTabs counts={query.data?.pages[0]?.unread_by_kind ?? {}} value={kind} onChange={setKind} />
      <Card flush label={t('nav.inbox')}>
        {!query.data ? <QueryState query={query} /> : items.length === 0 ? <Empty icon="message" title={t(which === 'unread' ? 'inbox.none_unread' : 'inbox.none')}>{t('inbox.none_help')}</Empty> : <InboxList items={items} />}
        {query.hasNextPage && <div className="xj-list__foot"><Button kind="ghost" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('common.more_rows')}</Button></div>}
      </Card>
    </Page>
  )
}
