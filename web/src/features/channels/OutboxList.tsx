/** Messages with their fate: waiting, sent, dead letters with the reason and a way to send them again. */
import { Link } from '@tanstack/react-router'
import { useTongue } from '@/lib/text'
import { exact, moment } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { useRight } from '@/metadata/session'
import { useValues } from '@/metadata/useValues'
import { useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Empty } from '@/ui/Empty'
import { Status, type StatusKind } from '@/ui/Status'
import { useOutbox, useResend, type OutboxRow } from './queries'

const KIND: Record<string, StatusKind> = { sent: 'done', dead: 'overdue', waiting: 'soon', sending: 'ontrack' }

/** The platform's refusal in words where its code is known, else as it was said. */
export function useReason() {
  const { t } = useTongue()
  return (row: OutboxRow): string => {
    const said = typeof row.answer === 'object' && row.answer ? [row.answer.code, row.answer.detail] : [row.answer]
    const text = row.error || said.filter(Boolean).join(' ')
    if (!text) return ''
    const code = /\b(\d{3,6}|[a-z_]{6,})\b/.exec(text)?.[1] ?? ''
    const words = t(`outbox.code.${code}`, { defaultValue: '' })
    return words ? t('outbox.reason', { words, text }) : text
  }
}

export function OutboxList({ status, channel }: { status: string; channel: string }) {
  const { t, tongue, say } = useTongue()
  const { names } = useValues()
  const query = useOutbox(status, channel)
  const resend = useResend()
  const refused = useRefused()
  const reason = useReason()
  const may = useRight('channels.write')
  if (!query.data) return <QueryState query={query} rows={6} />
  const rows = query.data.pages.flatMap((page) => page.rows)
  if (!rows.length) return <Empty icon="send" title={t('outbox.none')} />
  return (
    <>
      <ul>
        {rows.map((row) => (
          <li key={row.id} className="xj-row xj-row--stack" data-message={row.id}>
            <Status kind={KIND[row.status] ?? 'idle'}>{t(`outbox.status.${row.status}`, { defaultValue: row.status })}</Status>
            <div className="xj-row__main">
              <span className="xj-strong xj-ellipsis">{row.hidden ? t('outbox.hidden') : row.message.title || row.message.body}</span>
              <span className="xj-facts-line xj-small"><span>{say(names.named('channels', row.channel), row.channel)}</span><span title={exact(row.created_at)}>{moment(row.created_at, tongue)}</span>{row.attempts > 1 && <span>{t('outbox.attempts', { count: row.attempts })}</span>}{row.status === 'waiting' && row.next_at && <span>{t('outbox.next', { at: moment(row.next_at, tongue) })}</span>}{row.record && row.object === 'lead' && <Link to="/leads/$id" params={{ id: row.record }}>{t('outbox.about')}</Link>}</span>
              {row.status !== 'sent' && reason(row) && <span className="xj-small">{reason(row)}</span>}
            </div>
            {row.status === 'dead' && may && <Button size="small" icon="refresh" disabled={resend.isPending} onClick={() => resend.mutate(row.id, { onError: refused })}>{t('outbox.resend')}</Button>}
          </li>
        ))}
      </ul>
      {query.hasNextPage && <div className="xj-card__body"><Button block disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('common.more')}</Button></div>}
    </>
  )
}
