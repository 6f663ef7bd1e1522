/** How long each step of an approval takes, the slowest as a sentence. */
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { useApprovalSteps } from './queries'
import './quality.css'

const days = (value: number | null) => (value === null ? '–' : (Math.round(value * 10) / 10).toString())

export function StepView({ days: window }: { days: number }) {
  const { t, say } = useTongue()
  const query = useApprovalSteps(window)
  if (!query.data) return <Card flush><QueryState query={query} /></Card>
  const { steps, least } = query.data
  if (!steps.length) return <Card><Empty icon="info" title={t('quality.step.none')}>{t('quality.step.none_help')}</Empty></Card>
  const slow = steps.find((step) => (step.extra_days ?? 0) > 0)
  return (
    <div className="xj-stack">
      <h2 className="xj-headline">{slow ? t('quality.step.head', { name: say(slow.name, slow.node), extra: days(slow.extra_days), weekend: slow.weekend }) : t('quality.step.head_few', { least })}</h2>
      <Card flush><div className="xj-scroll"><table className="xj-table">
        <thead><tr><th scope="col">{t('quality.step.step')}</th><th scope="col" className="xj-num">{t('quality.step.mean')}</th><th scope="col" className="xj-num">{t('quality.step.median')}</th><th scope="col" className="xj-num">{t('quality.step.extra')}</th><th scope="col" className="xj-num">{t('quality.step.late')}</th><th scope="col" className="xj-num">{t('quality.step.weekend')}</th></tr></thead>
        <tbody>{steps.map((step) => <tr key={step.flow + step.node}><th scope="row">{say(step.name, step.node)} <span className="xj-muted">n={step.n}</span></th><td className="xj-num">{days(step.mean_days)}</td><td className="xj-num">{days(step.median_days)}</td><td className="xj-num">{step.extra_days === null ? '–' : `${step.extra_days > 0 ? '+' : ''}${days(step.extra_days)}`}</td><td className="xj-num">{step.late}</td><td className="xj-num">{step.weekend}</td></tr>)}</tbody>
      </table></div></Card>
    </div>
  )
}
