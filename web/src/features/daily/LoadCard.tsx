/** What each person holds, against their capacity, with today's share; and how fairly leads were given out. */
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { BulkAll, type AllOf } from '@/metadata/lists/BulkAll'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Menu, MenuItem } from '@/ui/Menu'
import { Tag } from '@/ui/Status'
import { useRight } from '@/metadata/session'
import { useBoard, useFairness, useFairnessLeads, type Load } from './queries'
import './daily.css'

const HandOver = lazy(() => import('@/metadata/lists/HandOver'))

const percent = (share: number | null) => (share === null ? '–' : `${Math.round(share * 100)}%`)

export function LoadCard() {
  const { t } = useTongue()
  const may = useRight('bulk')
  const query = useBoard()
  return (
    <Card flush title={t('load.people')}>
      {!query.data ? <QueryState query={query} rows={5} /> : query.data.people.length === 0 ? <Empty icon="person" title={t('team.nobody')} /> : (
        <div className="xj-scroll-x" tabIndex={0} role="region" aria-label={t('load.people')}>
          <table className="xj-table xj-load">
            <thead><tr><th scope="col">{t('load.person')}</th><th scope="col">{t('load.capacity')}</th>{(['waiting', 'today', 'good'] as const).map((key) => <th key={key} scope="col" className="xj-num">{t(`load.${key}`)}</th>)}{may && <th scope="col"><span className="xj-sr">{t('common.more')}</span></th>}</tr></thead>
            <tbody>{query.data.people.map((load) => <LoadLine key={load.person} load={load} all={query.data.people} />)}</tbody>
          </table>
        </div>
      )}
    </Card>
  )
}

function LoadLine({ load, all: people }: { load: Load; all: Load[] }) {
  const { t, tongue } = useTongue()
  const rows = (key: keyof Load['filters']) => <Link to="/leads" search={{ f: load.filters[key] } as never}>{load[key]}</Link>
  const may = useRight('bulk')
  const [all, setAll] = useState<AllOf | null>(null)
  const [spreading, setSpreading] = useState(false)
  const mine = `owner == "${load.person}"`
  const everything: [string, AllOf][] = [['leads', { object: 'lead', filter: load.filters.open }], ['customers', { object: 'customer', filter: mine }], ['deals', { object: 'deal', filter: `${mine} && status == "open"` }]]
  const full = load.capacity !== null && load.open >= load.capacity
  return (
    <tr data-load={load.person}>
      <th scope="row">{load.name} {load.on_leave_until && <Tag>{t('load.on_leave', { at: moment(load.on_leave_until, tongue) })}</Tag>}</th>
      <td>{rows('open')}{load.capacity !== null && ` / ${load.capacity}`}{load.capacity !== null && <span className="xj-load__bar" data-full={full} aria-hidden="true"><i style={{ width: `${Math.min(100, (load.open / load.capacity) * 100)}%` }} /></span>}</td>
      <td className="xj-num">{rows('waiting')}</td><td className="xj-num">{rows('today')} <span className="xj-small xj-muted">{percent(load.share)}</span></td><td className="xj-num">{rows('good')}</td>
      {may && <td><Menu label={t('hand_all.menu', { name: load.name })} trigger={(props) => <Button size="small" kind="ghost" icon="more" aria-label={t('hand_all.menu', { name: load.name })} {...props} />}>{(close) => [<MenuItem key="all" onSelect={() => { close(); setSpreading(true) }}>{t('hand_over.menu')}</MenuItem>, ...everything.map(([key, of]) => <MenuItem key={key} onSelect={() => { close(); setAll(of) }}>{t(`hand_all.${key}`)}</MenuItem>)]}</Menu>{all && <BulkAll of={all} onClose={() => setAll(null)} />}{spreading && <Suspense fallback={null}><HandOver from={load} people={people.filter((each) => each.person !== load.person).map((each) => ({ ...each, away: Boolean(each.on_leave_until) }))} onClose={() => setSpreading(false)} /></Suspense>}</td>}
    </tr>
  )
}

export function FairnessCard() {
  const { t } = useTongue()
  const query = useFairness()
  const [open, setOpen] = useState<{ person: string; good: boolean } | null>(null)
  const behind = (person: string, good: boolean, count: number) => (count ? <button type="button" className="xj-linkish" aria-expanded={open?.person === person && open.good === good} title={t('daily.rows_behind')} onClick={() => setOpen(open?.person === person && open.good === good ? null : { person, good })}>{count}</button> : count)
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
          <details><summary className="xj-small">{t('hand_all.by_person')}</summary>
            <table className="xj-table"><thead><tr><th scope="col">{t('load.person')}</th><th scope="col" className="xj-num">{t('load.leads')}</th><th scope="col" className="xj-num">{t('load.good_leads')}</th><th scope="col" className="xj-num">{t('load.rate')}</th></tr></thead>
              <tbody>{found.people.slice(0, 30).map((one) => <tr key={one.person}><th scope="row">{one.name}</th><td className="xj-num">{behind(one.person, false, one.leads)}</td><td className="xj-num">{behind(one.person, true, one.good)}</td><td className="xj-num">{one.rate?.toFixed(1) ?? '–'}</td></tr>)}</tbody>
            </table>
            {open && <Behind person={open.person} good={open.good} name={found.people.find((one) => one.person === open.person)?.name ?? ''} />}
          </details>
        </div>
      )}
    </Card>
  )
}

/** The leads a person's figure was counted from. */
function Behind({ person, good, name }: { person: string; good: boolean; name: string }) {
  const { t, tongue } = useTongue()
  const query = useFairnessLeads(person, good)
  return (
    <section aria-label={t('hand_all.behind', { name })} data-behind={person}>
      <h3 className="xj-small xj-second">{t(good ? 'hand_all.behind_good' : 'hand_all.behind', { name })}</h3>
      {!query.data ? <QueryState query={query} rows={3} /> : (
        <ul>
          {query.data.rows.map((row) => <li key={row.id}><Link to="/leads/$id" params={{ id: row.id }} className="xj-row" style={{ color: 'inherit' }}><span className="xj-row__main xj-ellipsis">{row.company || row.name || '—'}</span><span className="xj-small xj-muted">{t(`hand_all.action.${row.action}`)} {moment(row.at, tongue)}</span></Link></li>)}
          {query.data.unseen > 0 && <li className="xj-row xj-small xj-muted">{t('hand_all.unseen', { count: query.data.unseen })}</li>}
        </ul>
      )}
    </section>
  )
}
