/** The risks of one record, on its page; nothing where there is none. */
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import type { RecordPanelProps } from '@/metadata/panels'
import { QueryState } from '@/metadata/QueryState'
import { Card } from '@/ui/Card'
import { RiskItem } from './RiskItem'
import { useRecordRisks } from './queries'

export default function RiskPanel({ object, id }: RecordPanelProps) {
  const { t, tongue, say } = useTongue()
  const query = useRecordRisks(object, id)
  if (!query.data) return <Card title={t('radar.title')}><QueryState query={query} rows={2} /></Card>
  const { open, past, people } = query.data
  if (!open.length && !past.length) return null
  return (
    <Card flush title={open.length ? t('radar.of_record', { count: open.filter((risk) => !risk.silenced).length }) : t('radar.of_record_none')}>
      {open.length > 0 && <ul>{open.map((risk) => <RiskItem key={risk.id} risk={risk} people={people} />)}</ul>}
      {past.length > 0 && <details className="xj-risk"><summary>{t('radar.past', { count: past.length })}</summary><ul className="xj-small xj-second">{past.slice(0, 20).map((risk) => <li key={risk.id}>{say(risk.name)} · {moment(risk.raised_at, tongue)} – {moment(risk.cleared_at, tongue)} · {t(`radar.why.${risk.cleared_why ?? 'eased'}`)}</li>)}</ul></details>}
    </Card>
  )
}
