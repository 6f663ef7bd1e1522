/** Where time leaks between dispatch and payment, per person; every figure opens its rows. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTongue } from '@/lib/text'
import { lasted, moment } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { useLeakRows, useLeaks, type LeakSums } from './queries'
import './quality.css'

export function LeakView({ days }: { days: number }) {
  const { t, tongue } = useTongue()
  const [asked, setAsked] = useState<{ what: string; owner: string | null; name: string } | null>(null)
  const query = useLeaks(days)
  if (!query.data) return <Card flush><QueryState query={query} /></Card>
  const { spans, total, people, names, gap_hours, capped } = query.data
  if (!people.length) return <Card><Empty icon="info" title={t('quality.leak.none')}>{t('quality.leak.none_help')}</Empty></Card>
  const line = (key: string, name: string, owner: string | null, sums: LeakSums) => (
    <tr key={key}>
      <th scope="row">{name}</th>
      <td className="xj-num">{sums.talks ? <button type="button" className="xj-cellgo" onClick={() => setAsked({ what: 'gaps', owner, name })}>{Math.round((sums.share ?? 0) * 100)}% ({sums.gaps}/{sums.talks})</button> : '–'}</td>
      {spans.map((span) => { const one = sums.spans[span]; return <td key={span} className="xj-num">{one?.hours === null || one?.hours === undefined ? '–' : <button type="button" className="xj-cellgo" onClick={() => setAsked({ what: span, owner, name })}>{lasted(one.hours * 3600, tongue)}</button>}</td> })}
      <td className="xj-num">{sums.due ? `${Math.round((sums.done / sums.due) * 100)}%` : '–'}</td>
      <td className="xj-num">{sums.first_to_signed_days ?? '–'}</td>
    </tr>
  )
  return (
    <div className="xj-stack">
      <h2 className="xj-headline">{total.talks ? t('quality.leak.head', { share: Math.round((total.share ?? 0) * 100), gaps: total.gaps, talks: total.talks, hours: gap_hours }) : t('quality.leak.head_none')}</h2>
      {capped && <Notice kind="info">{t('quality.capped')}</Notice>}
      <Card flush title={t('quality.leak.spans')}>
        <div className="xj-scroll"><table className="xj-table">
          <thead><tr><th scope="col">{t('quality.leak.person')}</th><th scope="col" className="xj-num">{t('quality.leak.gap', { hours: gap_hours })}</th>{spans.map((span) => <th key={span} scope="col" className="xj-num">{t(`quality.span.${span}`)}</th>)}<th scope="col" className="xj-num">{t('quality.leak.actions')}</th><th scope="col" className="xj-num">{t('quality.leak.signed_days')}</th></tr></thead>
          <tbody>{line('all', t('quality.leak.all'), null, total)}{people.filter((one) => one.owner).map((one) => line(one.owner!, names[one.owner!] ?? '—', one.owner, one))}</tbody>
        </table></div>
        <p className="xj-small xj-muted" style={{ padding: '0 16px 12px' }}>{t('quality.leak.how')}</p>
      </Card>
      {asked && <Rows days={days} asked={asked} names={names} onClose={() => setAsked(null)} />}
    </div>
  )
}

function Rows({ days, asked, names, onClose }: { days: number; asked: { what: string; owner: string | null; name: string }; names: Record<string, string>; onClose: () => void }) {
  const { t, tongue } = useTongue()
  const query = useLeakRows(days, asked.what, asked.owner)
  const title = `${asked.name} · ${asked.what === 'gaps' ? t('quality.leak.gap_rows') : t(`quality.span.${asked.what}`)}`
  if (!query.data) return <Card flush title={title}><QueryState query={query} rows={3} /></Card>
  return (
    <Card flush title={title} aside={<Button size="small" kind="ghost" onClick={onClose}>{t('common.close')}</Button>}>
      {query.data.rows.length === 0 ? <Empty icon="tick" title={t('quality.leak.no_rows')} /> : <ul>{query.data.rows.slice(0, 50).map((row) => (
        <li key={`${row.id}${row.at ?? ''}`}><Link className="xj-row" to="/records/$object/$id" params={{ object: row.object, id: row.id }}><span className="xj-row__main">{row.title}<small className="xj-muted">{row.owner ? names[row.owner] : ''}</small></span><span className="xj-second">{row.hours !== undefined ? lasted(row.hours * 3600, tongue) : moment(row.at, tongue)}</span></Link></li>
      ))}</ul>}
    </Card>
  )
}
