/** The discovered flow chart: how often, how long, what goes back; one press tells all of an arrow; the same as a table. */
import { useMemo, useState } from 'react'
import { useTongue } from '@/lib/text'
import { lasted } from '@/lib/time'
import { Button } from '@/ui/Button'
import { Canvas, type Arrow, type Box } from '@/ui/canvas'
import type { Chart, EdgeOf } from './queries'

export const useNames = (chart: Pick<Chart, 'activities'> | undefined) => {
  const { say } = useTongue()
  return useMemo(() => { const names = new Map(chart?.activities.map((each) => [each.key, say(each.name, each.key)])); return (key: string) => names.get(key) ?? key }, [chart, say])
}
export const useHours = () => { const { tongue } = useTongue(); return (hours: number | null | undefined) => lasted(hours === null || hours === undefined ? null : hours * 3600, tongue) }

const idOf = (edge: { from: string; to: string }) => `${edge.from}\n${edge.to}`

/** An arrow counts as rework when most of those who walk it had been there before. */
const goesBack = (edge: EdgeOf) => edge.rework === 'self' || edge.returns * 2 > edge.count

const MOST_ARROWS = 40
const SHARE = 0.9

/** The arrows a chart can be read by: the most walked until they make nine walks in ten, and each step's way in and out. */
export function mainArrows(edges: EdgeOf[]): EdgeOf[] {
  if (edges.length <= MOST_ARROWS) return edges
  const ranked = edges.toSorted((a, b) => b.count - a.count)
  const all = ranked.reduce((sum, edge) => sum + edge.count, 0)
  const kept = new Set<EdgeOf>()
  let walked = 0
  for (const edge of ranked) { if (walked >= SHARE * all || kept.size >= MOST_ARROWS) break; kept.add(edge); walked += edge.count }
  const seen = { from: new Set<string>(), to: new Set<string>() }
  for (const edge of ranked) if (edge.from !== edge.to) for (const end of ['from', 'to'] as const) if (!seen[end].has(edge[end])) { seen[end].add(edge[end]); kept.add(edge) }
  return edges.filter((edge) => kept.has(edge))
}

export default function FlowMap({ chart }: { chart: Chart }) {
  const { t } = useTongue()
  const nameOf = useNames(chart)
  const hours = useHours()
  const [measure, setMeasure] = useState<'count' | 'time'>('count')
  const [chosen, setChosen] = useState<string | null>(null)
  const [table, setTable] = useState(false)
  const [every, setEvery] = useState(false)
  const main = useMemo(() => mainArrows(chart.edges), [chart])
  const edges = every ? chart.edges : main
  const slow = useMemo(() => new Set(chart.bottlenecks.by_total.slice(0, 3).map(idOf)), [chart])
  const { boxes, arrows } = useMemo(() => {
    const most = Math.max(1, ...edges.map((edge) => edge.count))
    const walked = new Set(edges.flatMap((edge) => [edge.from, edge.to]))
    const boxes: Box[] = chart.activities.filter((each) => walked.has(each.key) || chart.activities.length === 1).map((each) => ({
      id: each.key, width: 176, height: 64,
      content: <div className="xj-step"><strong className="xj-ellipsis">{nameOf(each.key)}</strong><span className="xj-second">{t('mining.times', { count: each.count })} · {t('mining.stay', { time: hours(each.stay.median) })}</span></div>,
    }))
    const arrows: Arrow[] = edges.map((edge) => ({
      id: idOf(edge), from: edge.from, to: edge.to, width: 1 + (edge.count / most) * 5, tone: goesBack(edge) ? 'back' : slow.has(idOf(edge)) ? 'slow' : edge.count / most > 0.5 ? 'strong' : 'plain',
      label: measure === 'count' ? edge.count.toLocaleString('en-US') : hours(edge.median),
    }))
    return { boxes, arrows }
  }, [chart, edges, measure, nameOf, slow])
  const edge = chart.edges.find((each) => idOf(each) === chosen)
  return (
    <div>
      <div className="xj-mine__tools">
        <div className="xj-tabs" role="group" aria-label={t('mining.measure')}>{(['count', 'time'] as const).map((key) => <button key={key} type="button" aria-pressed={measure === key} onClick={() => setMeasure(key)}>{t(`mining.by.${key}`)}</button>)}</div>
        <span className="xj-small xj-second xj-mine__key"><i data-tone="back" />{t('mining.key_back')}<i data-tone="slow" />{t('mining.key_slow')}</span>
        {main.length < chart.edges.length && !table && <span className="xj-small xj-second">{t(every ? 'mining.every_arrow' : 'mining.main_arrows', { shown: edges.length, all: chart.edges.length, share: Math.round((edges.reduce((sum, each) => sum + each.count, 0) / chart.edges.reduce((sum, each) => sum + each.count, 0)) * 100) })} <Button kind="link" size="small" onClick={() => setEvery(!every)}>{t(every ? 'mining.show_main' : 'mining.show_every')}</Button></span>}
        <span className="xj-end"><Button size="small" aria-pressed={table} onClick={() => setTable(!table)}>{t(table ? 'mining.as_chart' : 'mining.as_table')}</Button></span>
      </div>
      {table ? <EdgeTable edges={chart.edges} nameOf={nameOf} /> : <Canvas boxes={boxes} arrows={arrows} label={t('mining.chart')} words={{ in: t('mining.zoom_in'), out: t('mining.zoom_out'), fit: t('mining.zoom_fit') }} onArrow={setChosen} />}
      {edge && !table && (
        <section className="xj-mine__edge" aria-label={t('mining.edge')} role="status">
          <strong>{nameOf(edge.from)} → {nameOf(edge.to)}</strong>
          <span>{t('mining.edge_says', { count: edge.count, cases: edge.cases, median: hours(edge.median), p90: hours(edge.p90), total: hours(edge.total) })}</span>
          {edge.rework && <span className="xj-mine__back">{t(`mining.rework_kind.${edge.rework}`)}</span>}
        </section>
      )}
    </div>
  )
}

function EdgeTable({ edges, nameOf }: { edges: EdgeOf[]; nameOf: (key: string) => string }) {
  const { t } = useTongue()
  const hours = useHours()
  return (
    <div className="xj-scroll-x" tabIndex={0} role="region" aria-label={t('mining.edges')}>
      <table className="xj-table"><thead><tr><th scope="col">{t('mining.from')}</th><th scope="col">{t('mining.to')}</th><th scope="col" className="xj-num">{t('mining.by.count')}</th><th scope="col" className="xj-num">{t('mining.median')}</th><th scope="col" className="xj-num">{t('mining.p90')}</th><th scope="col">{t('mining.kind')}</th></tr></thead>
        <tbody>{edges.map((edge) => <tr key={idOf(edge)}><td>{nameOf(edge.from)}</td><td>{nameOf(edge.to)}</td><td className="xj-num">{edge.count.toLocaleString('en-US')}</td><td className="xj-num">{hours(edge.median)}</td><td className="xj-num">{hours(edge.p90)}</td><td>{edge.rework ? t(`mining.rework_kind.${edge.rework}`) : ''}</td></tr>)}</tbody></table>
    </div>
  )
}
