/** What each person holds, against their capacity, with today's share; and how fairly leads were given out. */
import { Link } from '@tanstack/react-router'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Tag } from '@/ui/Status'
import { useBoard, useFairness, type Load } from './queries'
import './daily.css'

const percent = (share: number | null) => (share === null ? '–' : `${Math.round(share * 100)}%`)

export function LoadCard() {
  const { t } = useTongue()
  const query = useBoard()
  return (
    <Card flush title={t('load.people')}>
      {!query.data ? <QueryState query={query} rows={5} /> : query.data.people.length === 0 ? <Empty icon="person" title={t('team.nobody')} /> : (
        <div className="xj-scroll-x" tabIndex={0} role="region" aria-label={t('load.people')}>
          <table className="xj-table">
            <thead><tr><th scope="col">{t('load.person')}</th><th scope="col">{t('load.capacity')}</th>{(['waiting', 'today', 'good'] as const).map((key) => <th key={key} scope="col" className="xj-num">{t(`load.${key}`)}</th>)}</tr></thead>
            <tbody>{query.data.people.map((load) => <LoadLine key={load.person} load={load} />)}</tbody>
          </table>
        </div>
      )}
    </Card>
  )
}

function LoadLine({ load }: { load: Load }) {
  const { t, tongue } = useTongue()
  const rows = (key: keyof Load['filters']) => <Link to="/leads" search={{ f: load.filters[key] } as never}>{load[key]}</Link>
  const full = load.capacity !== null && load.open >= load.capacity
  return (
    <tr data-load={load.person}>
      <th scope="row">{load.name} {load.on_leave_until && <Tag>{t('load.on_leave', { at: moment(load.on_leave_until, tongue) })}</Tag>}</th>
      <td>{rows('open')}{load.capacity !== null && ` / ${load.capacity}`}{load.capacity !== null && <span className="xj-load__bar" data-full={full} aria-hidden="true"><i style={{ width: `${Math.min(100, (load.open / load.capacity) * 100)}%` }} /></span>}</td>
      <td className="xj-num">{rows('waiting')}</td><td className="xj-num">{rows('today')} <span className="xj-small xj-muted">{percent(load.share)}</span></td><td className="xj-num">{rows('good')}</td>
    </tr>
  )
}

export function FairnessCard() {
  const { t } = useTongue()
  const query = useFairness()
  if (query.error) return null
  const found = query.data
  return (
    <Card title={t('load.fairness')}>
      {!found ? <QueryState query={query} rows={3} /> : found.leads === 0 ? <p className="xj-muted">{t('load.fair_none')}</p> : (
        <div className="xj-stack-8">
          <dl className="xj-figures">
            <div><dt>{t('load.top3')}</dt><dd><b>{percent(found.top3_share)}</b></dd></div>
            <div><dt>{t('load.gini')}</dt><dd><b>{found.gini?.toFixed(2) ?? '–'}</b></dd></div>
            <div><dt>{t('load.gini_all')}</dt><dd><b>{found.gini_all?.toFixed(2) ?? '–'}</b></dd></div>
          </dl>
          <p className="xj-small xj-muted">{t('load.gini_help')}</p>
          <details><summary className="xj-small">{t('load.person')}</summary>
            <table className="xj-table"><thead><tr><th scope="col">{t('load.person')}</th><th scope="col" className="xj-num">{t('load.leads')}</th><th scope="col" className="xj-num">{t('load.good_leads')}</th><th scope="col" className="xj-num">{t('load.rate')}</th></tr></thead>
              <tbody>{found.people.slice(0, 30).map((one) => <tr key={one.person}><th scope="row">{one.name}</th><td className="xj-num">{one.leads}</td><td className="xj-num">{one.good}</td><td className="xj-num">{one.rate?.toFixed(1) ?? '–'}</td></tr>)}</tbody>
            </table>
          </details>
        </div>
      )}
    </Card>
  )
}
