/** The heat map: hour by channel, a cell opens its leads and a lead its log on the same page; the channel table beside it. */
import { Link } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { HeatTable, Legend, useChannelName, type Spot } from '@/features/heat/HeatTable'
import { RANGES, useCellFilter, useChannelTable, useHeatMap, windowOf, type Range, type Window } from '@/features/heat/queries'
import { finding, MEASURES, type Measure } from '@/features/heat/steps'
import { LeadClockChip } from '@/features/leads/LeadClockChip'
import { leadSecond, leadTitle } from '@/features/leads/LeadHead'
import { Timeline } from '@/features/leads/Timeline'
import { useLeadTimers } from '@/features/leads/queries'
import type { ChannelRow, HeatMap, RecordRow } from '@/api/types'
import { useTongue } from '@/lib/text'
import { lasted } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { useRecordPage } from '@/metadata/records'
import { useObject } from '@/metadata/schema'
import { useClock } from '@/lib/clock'
import { useRight } from '@/metadata/session'
import { useValues } from '@/metadata/useValues'
import { Card, Notice } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Page } from '@/ui/Page'
import { Tabs } from '@/ui/Tabs'
import '@/features/leads/lead.css'

export default function HeatPage() {
  const { t } = useTongue()
  const clock = useClock()
  const [range, setRange] = useState<Range>('month')
  const [measure, setMeasure] = useState<Measure>('inflow')
  const [spot, setSpot] = useState<Spot | null>(null)
  const window = useMemo(() => windowOf(range), [range, clock])
  const query = useHeatMap(window)
  const total = query.data?.cells.reduce((sum, cell) => sum + cell.n, 0) ?? 0
  return (
    <Page title={t('nav.heat')}>
      <h1 className="xj-sr">{t('nav.heat')}</h1>
      <div className="xj-line">
        <Tabs label={t('heat.range_label')} value={range} onChange={(key) => { setRange(key); setSpot(null) }} tabs={RANGES.map((key) => ({ key, label: t(`heat.range.${key}`) }))} />
        <Tabs label={t('heat.measure_label')} value={measure} onChange={setMeasure} tabs={MEASURES.map((key) => ({ key, label: t(`heat.measure.${key}`) }))} />
        <span style={{ marginLeft: 'auto' }}><Legend /></span>
      </div>
      {query.data && <FindingLine map={query.data} />}
      <Card flush title={t('heat.title')} aside={query.data && <span className="xj-facts-line"><span>{t('heat.total_leads', { count: total })}</span><span>{t(`heat.unit.${measure}`)}</span><span>{t('heat.press')}</span></span>}>
        {!query.data ? <QueryState query={query} rows={8} /> : total === 0 ? <Empty icon="heat" title={t('heat.empty')}>{t('heat.empty_help')}</Empty> : <HeatTable map={query.data} measure={measure} spot={spot} onSpot={setSpot} />}
      </Card>
      {spot && query.data && <Behind map={query.data} spot={spot} window={window} />}
      <ChannelCard range={range} map={query.data} />
    </Page>
  )
}

function FindingLine({ map }: { map: HeatMap }) {
  const { t, tongue, say } = useTongue()
  const name = useChannelName()
  const may = useRight('definitions.write')
  const found = useMemo(() => finding(map), [map])
  const slow = map.slow
  if (!found && !slow) return null
  return (
    <Notice>
      {slow && (
        <span data-finding="slow">
          <strong>{t('heat_found.slow', { day: t(`heat_found.day.${slow.weekday}`), hour: slow.hour, channel: say(slow.name, slow.channel ?? ''), leads: slow.n, median: lasted(slow.median_min * 60, tongue), times: slow.ratio.toLocaleString('en-US', { maximumFractionDigits: 1 }) })}</strong>{' '}
          {t('heat_found.sample', { answered: slow.answered, slower: slow.slower, typical: lasted(slow.typical_min * 60, tongue) })}{' '}
          <Link to="/leads" search={{ f: slow.filter } as never} style={{ textDecoration: 'underline' }}>{t('heat_found.rows')}</Link>
        </span>
      )}
      {found && <span><strong>{t('heat.finding_head', { from: found.from, to: found.to })}</strong>{t('heat.finding', { channel: name(map, found.channel), leads: found.leads, count: found.overdue, share: Math.round(found.share * 100) })}</span>}
      {may && <Link to="/settings" search={{ kind: 'dispatch' } as never} style={{ textDecoration: 'underline' }}>{t('heat.remedy')}</Link>}
    </Notice>
  )
}

function Behind({ map, spot, window }: { map: HeatMap; spot: Spot; window: Window }) {
  const { t } = useTongue()
  const name = useChannelName()
  const cell = useCellFilter(window, spot.channel, spot.hour)
  const query = useRecordPage('lead', { filter: cell.data?.filter ?? '', sort: '-created_at', limit: 50 }, Boolean(cell.data))
  const rows = useMemo(() => query.data?.rows ?? [], [query.data])
  const times = useLeadTimers(useMemo(() => rows.map((row) => row.id), [rows]))
  const [open, setOpen] = useState<RecordRow | null>(null)
  const context = useValues(query.data?.people)
  const { meta } = useObject('lead')
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => { host.current?.scrollIntoView({ block: 'nearest' }) }, [spot])
  const shown = open && rows.some((row) => row.id === open.id) ? open : null
  return (
    <div className="xj-halves" ref={host}>
      <Card flush title={t('heat.behind', { channel: name(map, spot.channel), hour: spot.hour })} aside={query.data && <span>{t('list.leads', { count: query.data.count ?? rows.length, shown: `${query.data.count ?? rows.length}${query.data.count_capped ? '+' : ''}` })}</span>}>
        {!query.data || cell.error ? <QueryState query={cell.error ? cell : query} rows={4} /> : (
          <ul>
            {rows.map((row) => (
              <li key={row.id}>
                <button type="button" className={shown?.id === row.id ? 'xj-row xj-row--current' : 'xj-row'} aria-pressed={shown?.id === row.id} onClick={() => setOpen(row)}>
                  <span className="xj-row__main"><strong className="xj-ellipsis">{leadTitle(row)}</strong><span className="xj-facts-line xj-small"><span>{context.names.person(row.owner) || t('lead.no_owner')}</span>{leadSecond(row) && <span>{leadSecond(row)}</span>}</span></span>
                  <LeadClockChip lead={row} timers={times.timers.get(row.id)} fired={times.fired.get(row.id)} />
                </button>
              </li>
            ))}
            {rows.length === 0 && <Empty icon="search" title={t('list.nothing_found')} />}
          </ul>
        )}
      </Card>
      {shown ? (
        <Card flush title={t('heat.log_of', { title: leadTitle(shown) })} aside={<Link to="/leads/$id" params={{ id: shown.id }}>{t('heat.open_lead')}</Link>}><Timeline object="lead" id={shown.id} meta={meta} most={20} /></Card>
      ) : <Card flush><Empty icon="history" title={t('heat.choose_lead')} /></Card>}
    </div>
  )
}

function ChannelCard({ range, map }: { range: Range; map: HeatMap | undefined }) {
  const { t } = useTongue()
  const clock = useClock()
  const window = useMemo(() => windowOf(range), [range, clock])
  const query = useChannelTable(window)
  return (
    <Card flush title={t('heat.channels')}>
      {!query.data ? <QueryState query={query} rows={4} /> : query.data.length === 0 ? <Empty icon="board" title={t('heat.empty')} /> : (
        <div className="xj-scroll-x" tabIndex={0} role="region" aria-label={t('heat.channels')}>
          <table className="xj-table">
            <thead><tr><th scope="col">{t('heat.channel')}</th>{['leads', 'wins', 'conversion', 'median', 'mean'].map((key) => <th key={key} scope="col" className="xj-num">{t(`heat.column.${key}`)}</th>)}</tr></thead>
            <tbody>{query.data.map((row) => <ChannelLine key={row.channel ?? ''} row={row} map={map} />)}</tbody>
          </table>
        </div>
      )}
    </Card>
  )
}

function ChannelLine({ row, map }: { row: ChannelRow; map: HeatMap | undefined }) {
  const { say } = useTongue()
  const name = useChannelName()
  const days = (value: number | null) => (value === null || value === undefined ? '–' : value.toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 }))
  return (
    <tr>
      <th scope="row">{say(row.name) || name(map, row.channel ?? '')}</th>
      <td className="xj-num">{row.leads.toLocaleString('en-US')}</td><td className="xj-num">{row.wins.toLocaleString('en-US')}</td>
      <td className="xj-num">{row.conversion === null ? '–' : `${(row.conversion * 100).toFixed(1)}%`}</td>
      <td className="xj-num">{days(row.lag_median_days)}</td><td className="xj-num">{days(row.lag_mean_days)}</td>
    </tr>
  )
}
