/** The officer's queue: what waits, what was judged, the draws with their seeds, and what the audits found. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { useMe } from '@/metadata/session'
import { moneyText } from '@/metadata/values'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Status } from '@/ui/Status'
import { useQueue, useReport, useVerify, type AuditCase, type Draw } from './queries'
import './audits.css'

const KIND = { sound: 'done', doubtful: 'soon', false_advance: 'overdue' } as const

export function QueueView() {
  const { t, tongue } = useTongue()
  const query = useQueue()
  if (!query.data) return <><h1 className="xj-headline">{t('audits.title')}</h1><Card flush><QueryState query={query} /></Card></>
  const { waiting, judged, draws, plans } = query.data
  return (
    <div className="xj-stack">
      <h1 className="xj-headline">{waiting.length ? t('audits.head', { count: waiting.length }) : t('audits.head_none')}</h1>
      {plans.length === 0 ? <Notice kind="info">{t('audits.no_plan')}</Notice> : <p className="xj-second">{plans.map((plan) => t('audits.next', { at: moment(plan.next, tongue), share: Math.round(plan.share * 100), least: plan.least })).join(' ')}</p>}
      <Card flush title={t('audits.waiting')}>{waiting.length ? <ul>{waiting.map((one) => <CaseRow key={one.id} one={one} />)}</ul> : <Empty icon="tick" title={t('audits.none')}>{t('audits.none_help')}</Empty>}</Card>
      {judged.length > 0 && <Card flush title={t('audits.judged')}><ul>{judged.slice(0, 50).map((one) => <CaseRow key={one.id} one={one} />)}</ul></Card>}
      <ReportCard />
      {draws.length > 0 && <Card flush title={t('audits.draws')}><ul>{draws.map((draw) => <DrawRow key={draw.id} draw={draw} />)}</ul></Card>}
    </div>
  )
}

function CaseRow({ one }: { one: AuditCase }) {
  const { t, tongue } = useTongue()
  const workspace = useMe()?.workspace
  return (
    <li><Link className="xj-row" to="/audits/$id" params={{ id: one.id }} data-case={one.id}>
      <span className="xj-row__main"><strong>{one.title}</strong><small className="xj-muted">{[one.owner, one.amount ? moneyText(one.amount, workspace?.currency_decimals ?? 2, workspace?.currency ?? 'CNY', tongue) : null, t('audits.week', { week: one.week })].filter(Boolean).join(' · ')}</small></span>
      {one.verdict ? <Status kind={KIND[one.verdict as keyof typeof KIND]}>{t(`audits.verdict.${one.verdict}`)}</Status> : <Status kind="ontrack">{t('audits.to_judge')}</Status>}
    </Link></li>
  )
}

function DrawRow({ draw }: { draw: Draw }) {
  const { t } = useTongue()
  const [open, setOpen] = useState(false)
  const query = useVerify(open ? draw.id : null)
  return (
    <li className="xj-draw">
      <div className="xj-line"><span className="xj-grow">{t('audits.draw', { week: draw.week, drawn: draw.drawn, candidates: draw.candidates })}</span><Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>{t('audits.again')}</Button></div>
      {open && (query.data ? <p className="xj-small xj-second">{t(query.data.same ? 'audits.same' : 'audits.differs')} <code className="xj-code">{query.data.how}</code> · {t('audits.seed')} <code className="xj-code">{query.data.seed}</code></p> : <QueryState query={query} rows={1} />)}
    </li>
  )
}

function ReportCard() {
  const { t } = useTongue()
  const query = useReport()
  if (!query.data) return query.error ? null : <Card title={t('audits.report')}><QueryState query={query} rows={2} /></Card>
  const { n, judged, verdicts, units } = query.data
  if (!judged) return null
  return (
    <Card flush title={t('audits.report')}>
      <p style={{ padding: '0 16px', margin: '0 0 8px' }}>{t('audits.found', { judged, n, false_advance: verdicts.false_advance ?? 0, doubtful: verdicts.doubtful ?? 0 })}</p>
      <table className="xj-table"><thead><tr><th scope="col">{t('audits.team')}</th><th scope="col" className="xj-num">{t('audits.verdict.sound')}</th><th scope="col" className="xj-num">{t('audits.verdict.doubtful')}</th><th scope="col" className="xj-num">{t('audits.verdict.false_advance')}</th></tr></thead>
        <tbody>{units.map((unit) => <tr key={unit.unit}><th scope="row">{unit.unit || '—'}</th><td className="xj-num">{unit.sound}</td><td className="xj-num">{unit.doubtful}</td><td className="xj-num">{unit.false_advance}</td></tr>)}</tbody></table>
    </Card>
  )
}
