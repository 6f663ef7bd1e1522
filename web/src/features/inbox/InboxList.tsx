/** Messages, newest first: a strong reminder is marked by shape and word, unread by weight and a dot. */
import { useNavigate } from '@tanstack/react-router'
import type { InboxItem } from '@/api/types'
import { useTongue } from '@/lib/text'
import { exact, moment } from '@/lib/time'
import { Button } from '@/ui/Button'
import { Status } from '@/ui/Status'
import { Tabs } from '@/ui/Tabs'
import { useMarkRead } from './queries'
import './inbox.css'

/** Where a message leads: the place it names, else its record. */
export const subjectPath = (item: Pick<InboxItem, 'object' | 'record' | 'data'>) => (typeof item.data?.path === 'string' && item.data.path.startsWith('/') && !item.data.path.startsWith('//') ? item.data.path : item.object && item.record ? (item.object === 'lead' ? `/leads/${item.record}` : `/records/${item.object}/${item.record}`) : null)

/** Unread messages by kind, most first; shown when there are several kinds. */
export function KindTabs({ counts, value, onChange }: { counts: Record<string, number>; value: string; onChange: (kind: string) => void }) {
  const { t } = useTongue()
  const kinds = Object.entries(counts)
  if (kinds.length < 2 && !value) return null
  const all = kinds.reduce((sum, [, count]) => sum + count, 0)
  return <Tabs soft label={t('notice.by_kind')} value={value} onChange={onChange} tabs={[{ key: '', label: t('inbox.all'), count: all }, ...kinds.map(([key, count]) => ({ key, label: t(`notice.kind.${key}`, { defaultValue: t('notice.kind.system') }), count }))]} />
}

export function InboxList({ items, brief, onOpen }: { items: InboxItem[]; brief?: boolean; onOpen?: () => void }) {
  const { t, tongue } = useTongue()
  const navigate = useNavigate()
  const mark = useMarkRead()
  const open = (item: InboxItem) => {
    if (!item.read_at) mark.mutate({ ids: [item.id] })
    const path = subjectPath(item)
    onOpen?.()
    if (path) void navigate({ href: path })
  }
  return (
    <ul>
      {items.map((item) => (
        <li key={item.id} className="xj-inbox__item" data-message={item.id}>
          <button type="button" className="xj-row xj-inbox" data-unread={!item.read_at} data-brief={Boolean(brief)} onClick={() => open(item)}>
            <span className="xj-inbox__dot" aria-label={item.read_at ? undefined : t('inbox.unread')} role={item.read_at ? undefined : 'img'} />
            <span className="xj-row__main">
              <span className={item.read_at ? 'xj-inbox__title' : 'xj-inbox__title xj-strong'}>{item.title}</span>
              {item.body && <span className={brief ? 'xj-small xj-second xj-ellipsis' : 'xj-second xj-pre'}>{item.body}</span>}
            </span>
            {!brief && <Status kind={item.urgency === 'strong' ? 'overdue' : item.kind === 'escalation' ? 'soon' : 'idle'}>{t(`notice.kind.${item.kind}`, { defaultValue: t('notice.kind.system') })}</Status>}
            <time className="xj-small xj-muted" dateTime={item.at} title={exact(item.at)}>{moment(item.at, tongue)}</time>
          </button>
          {!brief && !item.read_at && <Button kind="ghost" size="small" icon="tick" aria-label={t('notice.mark_read', { title: item.title })} disabled={mark.isPending} onClick={() => mark.mutate({ ids: [item.id] })} />}
        </li>
      ))}
    </ul>
  )
}
