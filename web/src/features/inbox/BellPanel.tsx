/** What the bell opens: unread messages by kind, each leads to its record; read one by one or all at once. */
import { Link } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { Button } from '@/ui/Button'
import { Empty } from '@/ui/Empty'
import { InboxList, KindTabs } from './InboxList'
import { useInbox, useMarkRead } from './queries'
import './inbox.css'

export default function BellPanel({ onClose }: { onClose: () => void }) {
  const { t } = useTongue()
  const [kind, setKind] = useState('')
  const query = useInbox(true, kind)
  const mark = useMarkRead()
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    host.current?.focus()
    const outside = (event: PointerEvent) => { if (!(event.target as HTMLElement).closest('.xj-bell-host')) onClose() }
    document.addEventListener('pointerdown', outside)
    return () => document.removeEventListener('pointerdown', outside)
  }, [onClose])
  const first = query.data?.pages[0]
  const unread = first?.unread ?? 0
  const items = query.data?.pages.flatMap((page) => page.rows) ?? []
  return (
    <div ref={host} className="xj-bellpanel" role="dialog" aria-label={t('nav.inbox')} tabIndex={-1} onKeyDown={(event) => { if (event.key === 'Escape') { event.stopPropagation(); onClose() } }}>
      <div className="xj-bellpanel__head"><h2 className="xj-grow">{unread ? t('inbox.head', { count: unread }) : t('inbox.head_none')}</h2><Button size="small" icon="tick" reason={unread ? undefined : t('inbox.head_none')} disabled={mark.isPending} onClick={() => mark.mutate({ all: true })}>{t('inbox.mark_all')}</Button></div>
      <KindTabs counts={first?.unread_by_kind ?? {}} value={kind} onChange={setKind} />
      <div className="xj-bellpanel__list">
        {!query.data ? <QueryState query={query} rows={3} /> : items.length === 0 ? <Empty icon="bell" title={t('inbox.none_unread')}>{t('inbox.none_help')}</Empty> : <InboxList items={items} onOpen={onClose} />}
        {query.hasNextPage && <div className="xj-list__foot"><Button kind="ghost" size="small" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('common.more_rows')}</Button></div>}
      </div>
      <div className="xj-bellpanel__foot"><Link to="/inbox" onClick={onClose}>{t('notice.all')}</Link><Link to="/me/notices" onClick={onClose}>{t('notice.settings')}</Link></div>
    </div>
  )
}
