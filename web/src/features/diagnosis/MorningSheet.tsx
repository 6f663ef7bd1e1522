/** 8:30: what the night changed by itself, who needs me, three figures. */
import { Link } from '@tanstack/react-router'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { useMoney } from './DiagnosisReport'
import { useMorning, type Changed } from './queries'
import './diagnosis.css'

export function MorningSheet({ tomorrow }: { tomorrow: boolean }) {
  const { t } = useTongue()
  const query = useMorning(tomorrow)
  const money = useMoney()
  if (!query.data) return <Card flush><QueryState query={query} rows={8} /></Card>
  const { changed, coming, needs_me: needs, figures } = query.data
  const told = changed.length ? changed : coming
  const headline = told[0] ? t(`morning.${changed.length ? 'changed' : 'coming'}.${told[0].key}`, { count: told[0].count, days: told[0].in_days ?? 0 }) : t('morning.calm')
  return (
    <div className="xj-stack" data-morning={changed.length}>
      <div><h1 className="xj-headline">{headline}</h1>{tomorrow && <p className="xj-muted">{t('morning.tomorrow')}</p>}</div>
      <div className="xj-split">
        <Card flush title={t(changed.length ? 'morning.by_itself' : 'morning.soon')}>{told.length ? <ul>{told.map((each) => <ChangeRow key={each.key} change={each} soon={!changed.length} />)}</ul> : <Empty icon="tick" title={t('morning.calm')} />}</Card>
        <Card flush title={t('morning.needs_me')}>{needs.length ? <ul>{needs.map((each) => (
          <li key={each.id}><Link className="xj-row" to="/records/$object/$id" params={{ object: 'deal', id: each.id }}><span className="xj-row__main"><strong className="xj-ellipsis">{each.title}</strong><span className="xj-small xj-muted">{each.owner ?? '—'} · {t('morning.expected', { day: each.day ?? '' })}</span></span><strong className="xj-num">{money(each.money ?? 0)}</strong></Link></li>
        ))}</ul> : <Empty icon="tick" title={t('morning.nobody')} />}</Card>
      </div>
      <div className="xj-sums3">{figures.map((each) => (
        <Link key={each.key} className="xj-sum3" to="/records/$object" params={{ object: each.object }} search={{ f: each.filter } as never}><span>{t(`diag.figure.${each.key}`, { days: 45 })}</span><strong>{each.count.toLocaleString('en-US')} <small>{money(each.money)}</small></strong></Link>
      ))}</div>
    </div>
  )
}

function ChangeRow({ change, soon }: { change: Changed; soon: boolean }) {
  const { t } = useTongue()
  const money = useMoney()
  return (
    <li className="xj-change" data-change={change.key}>
      <Link to="/records/$object" params={{ object: change.object }} search={{ f: change.filter } as never}><strong>{t(`morning.${soon ? 'coming' : 'changed'}.${change.key}`, { count: change.count, days: change.in_days ?? 0 })}</strong></Link> {change.money > 0 && <span className="xj-muted">{money(change.money)}</span>}
      <span className="xj-small xj-muted">{change.rows.map((row) => `${row.title ?? ''}${row.owner ? `(${row.owner})` : ''}`).join('、')}</span>
    </li>
  )
}
