/** Deliveries with what became of them: the lead, or why they were refused; the raw payload, and running them again. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { exact, moment } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { useRefused } from '@/metadata/undo'
import { useValues } from '@/metadata/useValues'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Dialog } from '@/ui/heavy'
import { Status } from '@/ui/Status'
import { showToast } from '@/ui/Toast'
import { useReceipt, useReceipts, useRunAgain } from './queries'

export function ReceiptList({ source, status }: { source: string; status: string }) {
  const { t, tongue, say } = useTongue()
  const context = useValues()
  const query = useReceipts(source, status, true)
  const again = useRunAgain()
  const refused = useRefused()
  const [open, setOpen] = useState<string | null>(null)
  const [picked, setPicked] = useState<Set<string>>(new Set())
  if (!query.data) return <Card flush><QueryState query={query} rows={6} /></Card>
  const rows = query.data.pages.flatMap((page) => page.rows)
  const mendable = rows.filter((row) => row.status === 'refused').map((row) => row.id)
  const run = (ids: string[]) => again.mutate(ids, { onError: refused, onSuccess: (found) => { setPicked(new Set()); showToast({ kind: found.refused ? 'info' : 'done', text: t('source.ran', found) }) } })
  const toggle = (id: string) => setPicked((now) => { const next = new Set(now); if (!next.delete(id)) next.add(id); return next })
  return (
    <Card flush title={mendable.length ? t('source.refused_here', { count: mendable.length }) : rows.length ? t('source.none_refused') : undefined} aside={mendable.length > 0 && <Button size="small" icon="refresh" disabled={again.isPending} onClick={() => run(picked.size ? [...picked] : mendable)}>{picked.size ? t('source.run_picked', { count: picked.size }) : t('source.run_all', { count: mendable.length })}</Button>}>
      {!rows.length && <Empty icon="history" title={t('source.no_receipts')} />}
      <ul>
        {rows.map((row) => (
          <li key={row.id} className="xj-row xj-row--stack" data-receipt={row.id}>
            {row.status === 'refused' && <input type="checkbox" aria-label={t('source.pick')} checked={picked.has(row.id)} onChange={() => toggle(row.id)} />}
            <Status kind={row.status === 'refused' ? 'overdue' : row.status === 'accepted' ? 'done' : 'idle'}>{t(`source.status.${row.status}`, { defaultValue: row.status })}</Status>
            <div className="xj-row__main">
              <span className="xj-facts-line"><span>{say(context.names.named('sources', row.source), row.source)}</span><span title={exact(row.received_at)}>{moment(row.received_at, tongue)}</span>{row.lead && <Link to="/leads/$id" params={{ id: row.lead }}>{t('source.to_lead')}</Link>}</span>
              {row.problems?.map((problem, at) => <span key={at} className="xj-small">{problemText(problem, t, tongue)}</span>)}
            </div>
            <Button size="small" kind="ghost" onClick={() => setOpen(row.id)}>{t('source.raw')}</Button>
            {row.status === 'refused' && <Button size="small" icon="refresh" disabled={again.isPending} onClick={() => run([row.id])}>{t('source.run_again')}</Button>}
          </li>
        ))}
      </ul>
      {query.hasNextPage && <div className="xj-card__body"><Button block onClick={() => void query.fetchNextPage()}>{t('common.more')}</Button></div>}
      {open && <Raw id={open} onClose={() => setOpen(null)} />}
    </Card>
  )
}

function Raw({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTongue()
  const query = useReceipt(id)
  return (
    <Dialog open title={t('source.raw')} width={720} onClose={onClose}>
      {!query.data ? <QueryState query={query} rows={4} /> : query.data.payload_hidden ? <p>{t('source.hidden')}</p> : <pre className="xj-code xj-pre">{query.data.payload}</pre>}
    </Dialog>
  )
}
