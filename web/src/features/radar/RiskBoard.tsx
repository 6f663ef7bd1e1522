/** All risks of what one sees: the fact as headline, one rule at a time or all, hushed ones apart. */
import { useState } from 'react'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { RiskItem } from './RiskItem'
import { useRisks } from './queries'

/** How many are shown at once: as many as somebody looks at. */
const MOST = 40

export function RiskBoard({ rule, silenced, onPick }: { rule?: string | undefined; silenced: boolean; onPick: (rule: string | undefined, silenced: boolean) => void }) {
  const { t, say } = useTongue()
  const [shown, setShown] = useState(MOST)
  const all = useRisks(undefined, silenced)
  const query = useRisks(rule, silenced)
  if (!query.data || !all.data) return <><h1 className="xj-headline">{t('radar.title')}</h1><Card flush><QueryState query={query.error ? query : all} /></Card></>
  const { counts, rules } = all.data
  const rows = query.data.rows
  return (
    <div className="xj-stack">
      <h1 className="xj-headline">{counts.red + counts.yellow ? t('radar.head', { red: counts.red, yellow: counts.yellow, records: counts.records }) : t('radar.head_none')}</h1>
      <div className="xj-line" role="group" aria-label={t('radar.filter')}>
        <button type="button" className="xj-pick" aria-pressed={!rule && !silenced} onClick={() => onPick(undefined, false)}>{t('radar.all', { count: counts.red + counts.yellow })}</button>
        {all.data.by_rule.map((one) => <button key={one.rule} type="button" className="xj-pick" aria-pressed={rule === one.rule} onClick={() => onPick(one.rule, false)}>{say(one.name)} {one.count}</button>)}
        {counts.silenced > 0 && <button type="button" className="xj-pick" aria-pressed={silenced} onClick={() => onPick(undefined, !silenced)}>{t('radar.silenced_count', { count: counts.silenced })}</button>}
      </div>
      {query.data.capped && <Notice kind="info">{t('radar.capped')}</Notice>}
      <Card flush>
        {rows.length ? <ul>{rows.slice(0, shown).map((risk) => <RiskItem key={risk.id} risk={risk} people={query.data.people} subject />)}</ul>
          : rules ? <Empty icon="tick" title={t('radar.none')}>{t('radar.none_help')}</Empty> : <Empty icon="settings" title={t('radar.no_rules')}>{t('radar.no_rules_help')}</Empty>}
      </Card>
      {rows.length > shown && <div className="xj-list__foot"><Button onClick={() => setShown(shown + MOST)}>{t('radar.more', { count: rows.length - shown })}</Button></div>}
    </div>
  )
}
