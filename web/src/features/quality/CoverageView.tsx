/** Standard actions month by month, whether they run ahead of winning, and which entries led anywhere. Silent where there is too little. */
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { Card, Notice } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { useCoverage, type Coverage, type Entries } from './queries'
import './quality.css'

const percent = (value: number | null) => (value === null ? '–' : `${Math.round(value * 100)}%`)

export function CoverageView() {
  const { t } = useTongue()
  const query = useCoverage()
  if (!query.data) return <Card flush><QueryState query={query} /></Card>
  return (
    <div className="xj-stack">
      {query.data.rows.length === 0 && <Card><Empty icon="settings" title={t('quality.cover.none')}>{t('quality.cover.none_help')}</Empty></Card>}
      {query.data.rows.map((one) => <One key={one.key} coverage={one} />)}
      {query.data.entries && <EntryCard entries={query.data.entries} />}
    </div>
  )
}

function One({ coverage }: { coverage: Coverage }) {
  const { t, say } = useTongue()
  const last = [...coverage.months].reverse().find((month) => month.coverage !== null)
  return (
    <>
      <h2 className="xj-headline">{last ? t('quality.cover.head', { month: last.month, share: percent(last.coverage), target: percent(coverage.target) }) : t('quality.cover.head_none')}</h2>
      {coverage.falling && <Notice>{t('quality.cover.falling')}</Notice>}
      <Card flush title={say(coverage.name)}>
        <div className="xj-scroll"><table className="xj-table">
          <thead><tr><th scope="col">{t('quality.cover.action')}</th><th scope="col" className="xj-num">{t('quality.cover.due')}</th><th scope="col" className="xj-num">{t('quality.cover.done')}</th><th scope="col" className="xj-num">{t('quality.cover.share')}</th></tr></thead>
          <tbody>{coverage.actions.map((one) => <tr key={one.key}><th scope="row">{say(one.name)}</th><td className="xj-num">{one.due}</td><td className="xj-num">{one.done}</td><td className="xj-num">{percent(one.share)}</td></tr>)}</tbody>
        </table></div>
      </Card>
      <Card flush title={t('quality.cover.months')}>
        <div className="xj-scroll"><table className="xj-table">
          <thead><tr><th scope="col">{t('quality.cover.month')}</th><th scope="col" className="xj-num">{t('quality.cover.covered')}</th><th scope="col" className="xj-num">{t('quality.cover.cases')}</th><th scope="col" className="xj-num">{t('quality.cover.result')}</th></tr></thead>
          <tbody>{coverage.months.map((one) => <tr key={one.month}><th scope="row">{one.month}</th><td className="xj-num">{percent(one.coverage)} <span className="xj-muted">{one.covered}/{one.people}</span></td><td className="xj-num">{one.done}/{one.due}</td><td className="xj-num">{percent(one.result)} <span className="xj-muted">n={one.result_n}</span></td></tr>)}</tbody>
        </table></div>
        <div style={{ padding: '8px 16px 12px' }}>
          {coverage.lead.every((one) => one.r === null) ? <p className="xj-muted">{t('quality.cover.silent', { least: coverage.least_months, n: Math.max(...coverage.lead.map((one) => one.n)) })}</p>
            : <><ul className="xj-second">{coverage.lead.filter((one) => one.r !== null).map((one) => <li key={one.lag}>{t('quality.cover.lead', { lag: one.lag, r: one.r!.toFixed(2), low: one.low!.toFixed(2), high: one.high!.toFixed(2), n: one.n })}</li>)}</ul><p className="xj-small xj-muted">{t('quality.association')}</p></>}
        </div>
      </Card>
    </>
  )
}

function EntryCard({ entries }: { entries: Entries }) {
  const { t } = useTongue()
  const head = (first: string) => <thead><tr><th scope="col">{first}</th><th scope="col" className="xj-num">{t('quality.entry.entries')}</th><th scope="col" className="xj-num">{t('quality.entry.effective')}</th><th scope="col" className="xj-num">{t('quality.entry.spared_column')}</th></tr></thead>
  const cells = (one: Pick<Entries, 'n' | 'share' | 'spared' | 'values' | 'spared_share'>) => <><td className="xj-num">{one.n}</td><td className="xj-num">{percent(one.share)}</td><td className="xj-num">{percent(one.spared_share)} <span className="xj-muted">{one.spared}/{one.values}</span></td></>
  return (
    <Card flush title={t('quality.entry.title')}>
      <p style={{ padding: '0 16px', margin: '0 0 8px' }}>{entries.n ? t('quality.entry.share', { share: percent(entries.share), effective: entries.effective, n: entries.n, days: entries.days }) : t('quality.entry.none', { days: entries.days })}</p>
      {entries.values > 0 && <p style={{ padding: '0 16px', margin: '0 0 8px' }}>{t('quality.entry.spared', { values: entries.values, spared: entries.spared, share: percent(entries.spared_share) })}</p>}
      {entries.people.length > 0 && <div className="xj-scroll"><table className="xj-table">{head(t('quality.leak.person'))}<tbody>{entries.people.slice(0, 30).map((one) => <tr key={one.person}><th scope="row">{one.name}</th>{cells(one)}</tr>)}</tbody></table></div>}
      {entries.weeks.length > 1 && <div className="xj-scroll"><table className="xj-table"><caption className="xj-sr">{t('quality.entry.by_week')}</caption>{head(t('quality.entry.week'))}<tbody>{entries.weeks.map((one) => <tr key={one.week}><th scope="row">{one.week}</th>{cells(one)}</tr>)}</tbody></table></div>}
    </Card>
  )
}
