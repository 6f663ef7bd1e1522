/** How often each rule was right: records it was raised on against the others, with the numbers behind; its limits in force. */
import { Link } from '@tanstack/react-router'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { useMe } from '@/metadata/session'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { LimitLine } from './LimitLine'
import { useAccuracy, type RuleState } from './queries'
import './radar.css'

const percent = (value: number | null) => (value === null ? null : `${Math.round(value * 100)}%`)

export function RuleTable() {
  const { t } = useTongue()
  const query = useAccuracy(true)
  if (!query.data) return <Card flush><QueryState query={query} /></Card>
  if (!query.data.rules.length) return <Card><Empty icon="settings" title={t('radar.no_rules')}>{t('radar.no_rules_help')}</Empty></Card>
  return (
    <Card flush title={t('radar.accuracy')}>
      <p className="xj-second" style={{ padding: '0 16px 8px', margin: 0 }}>{t('radar.accuracy_help')}</p>
      <div className="xj-radar__rules"><table className="xj-table">
        <thead><tr><th scope="col">{t('radar.rule')}</th><th scope="col" className="xj-num">{t('radar.open')}</th><th scope="col">{t('radar.lost')}</th><th scope="col">{t('radar.slipped')}</th><th scope="col">{t('radar.limits')}</th></tr></thead>
        <tbody>{query.data.rules.map((rule) => <RuleLine key={rule.rule} rule={rule} />)}</tbody>
      </table></div>
    </Card>
  )
}

function RuleLine({ rule }: { rule: RuleState }) {
  const { t, say } = useTongue()
  const rights = useMe()?.rights ?? []
  const name = say(rule.name, rule.rule)
  return (
    <tr>
      <th scope="row">{rights.includes('definitions.read') ? <Link to="/settings/$kind/$key" params={{ kind: 'risk', key: rule.rule }}>{name}</Link> : name}</th>
      <td className="xj-num">{rule.open}</td>
      <td>{rule.lost_share === null ? <span className="xj-muted">{t('radar.too_few', { n: rule.n })}</span> : <>{t('radar.against', { share: percent(rule.lost_share), others: percent(rule.lost_share_others) ?? '–' })}<small>n = {rule.n} / {rule.n_others}</small></>}</td>
      <td>{rule.slipped_share === null ? <span className="xj-muted">–</span> : t('radar.against', { share: percent(rule.slipped_share), others: percent(rule.slipped_share_others) ?? '–' })}</td>
      <td>{rule.limits.map((limit) => <LimitLine key={limit.key} limit={limit} object={rule.object} />)}</td>
    </tr>
  )
}
