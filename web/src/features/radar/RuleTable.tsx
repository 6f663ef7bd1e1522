/** How often each rule was right: records it was raised on against the others, with the numbers behind; its limits in force. */
import { Link } from '@tanstack/react-router'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { useSchema } from '@/metadata/schema'
import { useMe } from '@/metadata/session'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { useAccuracy, type LimitState, type RuleState } from './queries'
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
      <div className="xj-rules"><table className="xj-table">
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

function LimitLine({ limit, object }: { limit: LimitState; object: string }) {
  const { t, say } = useTongue()
  const { data: schema } = useSchema()
  const options = schema?.objects.find((each) => each.key === object)?.fields.find((field) => field.key === 'stage')?.options
  const named = (group: string) => say(options?.find((each) => each.key === group)?.name, group)
  const round = (value: number) => Math.round(value * 10) / 10
  const groups = limit.learned.filter((one) => one.group in limit.in_force && limit.fixed === null && one.n >= limit.least)
  return <div>{say(limit.name)} {round(limit.in_force[''] ?? limit.default)} {limit.unit}{limit.fixed !== null && <span className="xj-muted"> {t('radar.fixed')}</span>}{groups.map((one) => <small key={one.group}>{t('radar.learned', { group: named(one.group) || t('radar.everywhere'), value: round(limit.in_force[one.group] ?? one.value), n: one.n })}</small>)}</div>
}
