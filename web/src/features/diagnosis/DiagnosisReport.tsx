/** 销售管理健康度诊断报告: five figures, each with its yuan and its rows, then what cannot be said and what to record. */
import { Link } from '@tanstack/react-router'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { useMe } from '@/metadata/session'
import { moneyText } from '@/metadata/values'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Icon } from '@/ui/Icon'
import { useDiagnosis, type Figure, type Gap } from './queries'
import './diagnosis.css'

export function useMoney() {
  const { tongue } = useTongue()
  const workspace = useMe()?.workspace
  return (minor: number) => moneyText(minor, workspace?.currency_decimals ?? 2, workspace?.currency ?? 'CNY', tongue)
}

/** `quiet`: nothing is said before there is something to say. */
export function DiagnosisReport({ onDormant, quiet }: { onDormant: () => void; quiet?: boolean }) {
  const { t } = useTongue()
  const query = useDiagnosis()
  const money = useMoney()
  const report = query.data
  if (quiet && !report?.totals.customers) return null
  if (!report) return <Card flush><QueryState query={query} rows={8} /></Card>
  if (!report.totals.customers) return <Card flush><Empty icon="board" title={t('diag.empty')} action={<Link className="xj-btn xj-btn--primary" to="/start">{t('diag.to_start')}</Link>}>{t('diag.empty_help')}</Empty></Card>
  return (
    <div className="xj-stack">
      <p className="xj-muted">{t('diag.of', { customers: report.totals.customers.toLocaleString('en-US'), deals: report.totals.open_deals.toLocaleString('en-US'), money: money(report.totals.open_money) })}</p>
      <ol className="xj-five">{report.figures.map((figure, at) => <FigureCard key={figure.key} figure={figure} at={at + 1} days={report.days} cycle={report.cycle} onDormant={onDormant} />)}</ol>
      {!quiet && <Cannot gaps={report.cannot} />}
    </div>
  )
}

function FigureCard({ figure, at, days, cycle, onDormant }: { figure: Figure; at: number; days: number; cycle: number; onDormant: () => void }) {
  const { t } = useTongue()
  const money = useMoney()
  const share = figure.key === 'top3'
  const big = share ? (figure.share === null || figure.share === undefined ? t('diag.unknown') : `${Math.round(figure.share * 100)}%`) : figure.count.toLocaleString('en-US')
  const body = (
    <>
      <span className="xj-figure__at" aria-hidden="true">{at}</span>
      <span className="xj-figure__name">{t(`diag.figure.${figure.key}`, { days })}</span>
      <span className="xj-figure__big">{big}{!share && <small> {t(`diag.unit.${figure.object}`)}</small>}</span>
      {figure.count > 0 && <span className="xj-figure__money">{money(figure.money)}</span>}
      {figure.count > 0 && <span className="xj-figure__more">{t('diag.rows', { count: figure.count })}<Icon name="right" size={12} /></span>}
    </>
  )
  return (
    <li className="xj-figure" data-figure={figure.key} data-count={figure.count}>
      {figure.key === 'dormant' ? <button type="button" className="xj-figure__go" onClick={onDormant}>{body}</button> : <Link className="xj-figure__go" to="/records/$object" params={{ object: figure.object }} search={{ f: figure.filter } as never}>{body}</Link>}
      <div className="xj-figure__foot xj-small">
        {share && figure.people && <span>{figure.people.map((each) => `${each.name ?? '—'} ${money(each.money)}`).join(' · ')}</span>}
        {figure.left_out && figure.left_out.count > 0 && <Rows object={figure.object} counted={figure.left_out} text={t('diag.left_out', { count: figure.left_out.count, cycle })} />}
        {figure.unknown && figure.unknown.count > 0 && <Rows object={figure.object} counted={figure.unknown} text={t(`diag.unknown_of.${figure.key}`, { count: figure.unknown.count })} />}
      </div>
    </li>
  )
}

const Rows = ({ object, counted, text }: { object: string; counted: { filter: string }; text: string }) => <Link to="/records/$object" params={{ object }} search={{ f: counted.filter } as never}>{text}</Link>

function Cannot({ gaps }: { gaps: Gap[] }) {
  const { t } = useTongue()
  if (!gaps.length) return null
  return (
    <Card title={t('diag.cannot')}>
      <ul className="xj-gaps">{gaps.map((gap) => (
        <li key={gap.key}><Icon name="info" /><span><strong>{t(`diag.gap.${gap.key}.what`)}</strong> <span className="xj-muted">{t(`diag.gap.${gap.key}.record`)}</span> {gap.object && gap.filter && <Rows object={gap.object} counted={{ filter: gap.filter }} text={t('diag.gap_rows', { count: gap.count ?? 0 })} />}</span></li>
      ))}</ul>
    </Card>
  )
}
