/** Messages, newest first: a strong reminder is marked by shape and word, unread by weight and a dot. */
import { useNavigate } from '@tanstack/react-router'
import type { InboxItem } from '@/api/types'
import { useTongue } from '@/lib/text'
import { exact, moment } from '@/lib/time'
import { Status } from '@/ui/Status'
import { useMarkRead } from './queries'
import './inbox.css'

/** Where a message leads. */
export const subjectPath = (item: Pick<InboxItem, 'object' | 'record'>) => (item.object && item.record ? (item.object === 'lead' ? `/leads/${item.record}` : `/records/${item.object}/${item.record}`) : null)

export function InboxList({ items, brief }: { items: InboxItem[]; brief?: boolean }) {
  const { t, tongue } = useTongue()
  const navigate = useNavigate()
  const mark = useMarkRead()
  const open = (item: InboxItem) => {
    if (!item.read_at) mark.mutate({ ids: [item.id] })
    const path = subjectPath(item)
    if (path) void navigate({ to: path })
  }
  return (
    <ul>
      {items.map((item) => (
        <li key={item.id}>
          <button type="button" className="xj-row xj-inbox" data-unread={!item.read_at} onClick={() => open(item)}>
            <span className="xj-inbox__dot" aria-label={item.read_at ? undefined : t('inbox.unread')} role={item.read_at ? undefined : 'img'} />
            <span className="xj-row__main">
              <span className={item.read_at ? 'xj-inbox__title' : 'xj-inbox__title xj-strong'}>{item.title}</span>
              {item.body && <span className={brief ? 'xj-small xj-second xj-ellipsis' : 'xj-second xj-pre'}>{item.body}</span>}
            </span>
            {!brief && <Status kind={item.urgency === 'strong' ? 'overdue' : item.kind === 'escalation' ? 'soon' : 'idle'}>{t(`inbox.kind.${item.kind}`, { defaultValue: t('inbox.kind.system') })}</Status>}
            <time className="xj-small xj-muted" dateTime={item.at} title={exact(item.at)}>{moment(item.at, tongue)}</time>
          </button>
        </li>
      ))}
    </ul>
  )
}
