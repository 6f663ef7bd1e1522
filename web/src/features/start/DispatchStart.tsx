/** A dispatch table drafted from own data, put in force with one press, and a code to try it as a customer. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { useRecordPage } from '@/metadata/records'
import { useRight } from '@/metadata/session'
import { useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { makeSourceToken, putInForce, useDraftTable, useWhy } from './queries'
import './start.css'

export function DispatchStart({ next }: { next: React.ReactNode }) {
  const { t, say, tongue } = useTongue()
  const draft = useDraftTable()
  const refused = useRefused()
  const mayToken = useRight('tokens.write')
  const [token, setToken] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  if (!draft.data) return <Card flush><QueryState query={draft} rows={6} /></Card>
  const use = async () => {
    setBusy(true)
    try {
      await putInForce([{ kind: 'dispatch', key: 'main', document: draft.data.document }], t('start.dispatch_note'))
      setToken((await makeSourceToken(t('start.form_name'))).token)
    } catch (error) { refused(error) } finally { setBusy(false) }
  }
  return (
    <div className="xj-stack">
      <div className="xj-page__head"><h1>{t('start.dispatch_head', { count: draft.data.rows.length })}</h1><div className="xj-line">{next}</div></div>
      <div className="xj-split">
        <Card flush title={t('start.dispatch_table')} aside={<Button kind="primary" size="small" data-use-table disabled={busy || Boolean(token)} reason={mayToken ? undefined : t('common.no_permission')} onClick={() => void use()}>{t(token ? 'start.in_force' : 'start.use_table')}</Button>}>
          <p className="xj-pad xj-muted">{say(draft.data.explanation)}</p>
          {draft.data.rows.length ? <ol className="xj-drafted">{draft.data.rows.map((row) => <li key={row.key}>{tongue === 'en' ? row.en : row.zh}</li>)}</ol> : <Empty icon="route" title={t('start.no_rows')} />}
        </Card>
        <Card title={t('start.scan')}>
          {token ? (
            <div className="xj-qr"><img src={`/q/${token}.svg`} alt={t('start.qr_alt')} width={200} height={200} /><p>{t('start.scan_help')}</p><a href={`/f/${token}`} target="_blank" rel="noreferrer" data-form>{t('start.open_form')}</a></div>
          ) : <p className="xj-muted">{t('start.scan_first')}</p>}
          {token && <Arrived />}
        </Card>
      </div>
    </div>
  )
}

function Arrived() {
  const { t, say } = useTongue()
  const query = useRecordPage('lead', { sort: '-created_at', limit: 1 })
  const lead = query.data?.rows[0]
  const why = useWhy(lead?.id)
  const row = why.data?.rows[0]
  if (!lead) return <p className="xj-muted" data-arrived="none">{t('start.waiting')}</p>
  const chosen = row?.candidates.find((each) => each.chosen || each.person === row.chosen)
  return (
    <div className="xj-arrived" data-arrived={lead.id}>
      <Link to="/leads/$id" params={{ id: lead.id }}><strong>{String(lead.company ?? lead.name ?? '—')}</strong></Link>
      <p>{row?.chosen ? t('start.went_to', { person: why.data?.people?.[row.chosen] ?? query.data?.people?.[row.chosen] ?? '' }) : t('start.not_yet')}</p>
      {row && <Notice kind="info"><strong>{t('start.why')}</strong> {[say(row.row_name), chosen ? say({ zh: chosen.zh ?? '', en: chosen.en ?? '' }) : ''].filter(Boolean).join(' · ')}</Notice>}
    </div>
  )
}
