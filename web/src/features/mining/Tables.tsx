/** Ways, bottlenecks with their causes, normal against delayed cases, groups: each a table under the sentence it shows. */
import { useState } from 'react'
import type { ObjectMeta } from '@/metadata/schema'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { optionName } from '@/metadata/values'
import { Empty } from '@/ui/Empty'
import { useHours, useNames } from './FlowMap'
import { useDelayed, useGroups, type Chart, type LogOf } from './queries'

const share = (value: number | null | undefined) => (value === null || value === undefined ? '–' : `${(value * 100).toLocaleString('en-US', { maximumFractionDigits: 1 })}%`)

export function Ways({ chart }: { chart: Chart }) {
  const { t } = useTongue()
  const nameOf = useNames(chart)
  const hours = useHours()
  return (
    <>
      <p className="xj-mine__says">{t('mining.ways_say', { variants: chart.variants, cases: chart.cases, share: share(chart.ways[0]?.share) })}</p>
      <ol className="xj-ways" aria-label={t('mining.tab.ways')}>{chart.ways.map((way, at) => (
        <li key={at}><div className="xj-line"><b>{share(way.share)}</b><span className="xj-second">{t('mining.cases', { count: way.cases })} · {t('mining.median')} {hours(way.median)}</span></div><p className="xj-ways__steps">{way.steps.map((step, n) => <span key={n}>{n > 0 && ' → '}{nameOf(step)}</span>)}</p></li>
      ))}</ol>
    </>
  )
}

export function Bottlenecks({ chart }: { chart: Chart }) {
  const { t } = useTongue()
  const nameOf = useNames(chart)
  const hours = useHours()
  const first = chart.bottlenecks.by_total[0]
  if (!first) return <Empty icon="clock" title={t('mining.no_bottleneck')} />
  const causeOf = (from: string, to: string) => chart.causes.find((each) => each.from === from && each.to === to)
  return (
    <>
      <p className="xj-mine__says">{t('mining.bottleneck_says', { from: nameOf(first.from), to: nameOf(first.to), share: share(first.share) })}</p>
      <div className="xj-scroll-x" tabIndex={0} role="region" aria-label={t('mining.tab.bottlenecks')}>
        <table className="xj-table"><thead><tr><th scope="col">{t('mining.from')}</th><th scope="col">{t('mining.to')}</th><th scope="col" className="xj-num">{t('mining.total')}</th><th scope="col" className="xj-num">{t('mining.share')}</th><th scope="col">{t('mining.cause')}</th></tr></thead>
          <tbody>{chart.bottlenecks.by_total.map((each) => { const cause = causeOf(each.from, each.to); return <tr key={`${each.from} ${each.to}`}><td>{nameOf(each.from)}</td><td>{nameOf(each.to)}</td><td className="xj-num">{hours(each.total)}</td><td className="xj-num">{share(each.share)}</td><td>{cause ? [cause.approval_cases ? t('mining.cause_approval', { count: cause.approval_cases, time: hours(cause.approval_hours) }) : '', cause.undelivered ? t('mining.cause_undelivered', { count: cause.undelivered }) : ''].filter(Boolean).join('；') : '–'}</td></tr> })}</tbody></table>
      </div>
      <p className="xj-small xj-muted xj-mine__note">{t('mining.by_median', { floor: chart.bottlenecks.floor })}{chart.bottlenecks.by_median.slice(0, 3).map((each) => `${nameOf(each.from)} → ${nameOf(each.to)} ${hours(each.median)}`).join('；')}</p>
    </>
  )
}

export function DelayedView({ of, chart }: { of: LogOf; chart: Chart }) {
  const { t } = useTongue()
  const nameOf = useNames(chart)
  const hours = useHours()
  const query = useDelayed(of)
  if (!query.data) return <QueryState query={query} rows={5} />
  const { normal, delayed, edges, threshold } = query.data
  if (!delayed.cases || threshold === null) return <Empty icon="clock" title={t('mining.no_delayed')}>{t('mining.no_delayed_help')}</Empty>
  const worst = edges.find((each) => each.extra > 0)
  return (
    <>
      <p className="xj-mine__says">{t('mining.delayed_says', { delayed: delayed.cases, normal: normal.cases, threshold: hours(threshold), slow: hours(delayed.cycle.median), usual: hours(normal.cycle.median) })}{worst ? ` ${t('mining.delayed_worst', { from: nameOf(worst.from), to: nameOf(worst.to), extra: hours(worst.extra) })}` : ''}</p>
      <div className="xj-scroll-x" tabIndex={0} role="region" aria-label={t('mining.tab.delayed')}>
        <table className="xj-table"><thead><tr><th scope="col">{t('mining.from')}</th><th scope="col">{t('mining.to')}</th><th scope="col" className="xj-num">{t('mining.normal')}</th><th scope="col" className="xj-num">{t('mining.slow')}</th><th scope="col" className="xj-num">{t('mining.extra')}</th></tr></thead>
          <tbody>{edges.slice(0, 15).map((each) => <tr key={`${each.from} ${each.to}`}><td>{nameOf(each.from)}</td><td>{nameOf(each.to)}</td><td className="xj-num">{hours(each.normal.median)} <span className="xj-small xj-muted">{share(each.normal.share)}</span></td><td className="xj-num">{hours(each.delayed.median)} <span className="xj-small xj-muted">{share(each.delayed.share)}</span></td><td className="xj-num"><b>{each.extra > 0 ? '+' : '−'}{hours(Math.abs(each.extra))}</b></td></tr>)}</tbody></table>
      </div>
    </>
  )
}

/** What cases can be told apart by: choices of the object, of a related record, a person's unit; the attributes of an imported log. */
export function useDimensions(of: LogOf, meta: ObjectMeta | null, attributes: string[], related: ObjectMeta[]): { key: string; label: string }[] {
  const { t, say } = useTongue()
  if (of.log) return attributes.map((key) => ({ key, label: key }))
  const fields = [...(meta?.fields.values() ?? [])]
  const own = fields.filter((field) => field.kind === 'choice' && !['stage', 'status'].includes(field.key) && field.can !== 'masked').map((field) => ({ key: field.key, label: say(field.name, field.key) }))
  const beyond = fields.filter((field) => field.kind === 'relation').flatMap((field) => [...(related.find((each) => each.definition.key === field.to)?.fields.values() ?? [])].filter((each) => each.kind === 'choice' && each.can !== 'masked').map((each) => ({ key: `${field.key}.${each.key}`, label: `${say(field.name)} · ${say(each.name)}` })))
  return [{ key: 'owner.unit', label: t('mining.team') }, { key: 'owner', label: t('mining.person') }, ...beyond, ...own]
}

interface GroupsProps { of: LogOf; chart: Chart; dimensions: { key: string; label: string }[]; related: ObjectMeta[]; meta: ObjectMeta | null; personOf: (id: string) => string }

export function GroupsView({ of, chart, dimensions, related, meta, personOf }: GroupsProps) {
  const { t, tongue } = useTongue()
  const nameOf = useNames(chart)
  const hours = useHours()
  const [by, setBy] = useState(dimensions.find((each) => /industry/.test(each.key))?.key ?? dimensions[0]?.key ?? '')
  const query = useGroups(of, by)
  const [field, beyond] = by.split('.') as [string, string?]
  const spec = beyond ? related.find((each) => each.definition.key === meta?.fields.get(field)?.to)?.fields.get(beyond) : meta?.fields.get(field)
  const word = (value: string | null) => (value === null ? t('mining.unknown') : by === 'owner' ? personOf(value) || value : spec?.options ? optionName(spec, value, tongue) : value)
  return (
    <>
      <div className="xj-mine__tools"><label className="xj-line"><span className="xj-second">{t('mining.group_by')}</span><select className="xj-input xj-mine__pick" value={by} onChange={(event) => setBy(event.target.value)}>{dimensions.map((each) => <option key={each.key} value={each.key}>{each.label}</option>)}</select></label></div>
      {!query.data ? (by ? <QueryState query={query} rows={5} /> : <Empty title={t('mining.no_groups')} />) : (
        <div className="xj-scroll-x" tabIndex={0} role="region" aria-label={t('mining.tab.groups')}>
          <table className="xj-table"><thead><tr><th scope="col">{dimensions.find((each) => each.key === by)?.label}</th><th scope="col" className="xj-num">{t('mining.case_count')}</th><th scope="col" className="xj-num">{t('mining.cycle')}</th><th scope="col" className="xj-num">{t('mining.p90')}</th><th scope="col" className="xj-num">{t('mining.rework')}</th><th scope="col" className="xj-num">{t('mining.won')}</th><th scope="col">{t('mining.slowest')}</th></tr></thead>
            <tbody>{query.data.groups.map((group) => <tr key={group.value ?? '-'}><th scope="row">{word(group.value)}</th><td className="xj-num">{group.cases}</td><td className="xj-num">{hours(group.cycle.median)}</td><td className="xj-num">{hours(group.cycle.p90)}</td><td className="xj-num">{share(group.rework)}</td><td className="xj-num">{share(group.won)}</td><td>{group.slowest ? `${nameOf(group.slowest.from)} → ${nameOf(group.slowest.to)}` : '–'}</td></tr>)}</tbody></table>
        </div>
      )}
    </>
  )
}
