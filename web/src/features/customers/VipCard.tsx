/** Since when a customer is VIP, what that brings, and the rule's own reason for it. */
import { useRuns } from '@/metadata/records'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { Card } from '@/ui/Card'

const UPGRADE = 'vip_upgrade'

export function VipCard({ id, since }: { id: string; since: unknown }) {
  const { t, tongue, say } = useTongue()
  const runs = useRuns('customer', id)
  const why = runs.data?.rows.find((run) => run.rule === UPGRADE && run.outcome === 'acted')?.sentence
  return (
    <Card title={typeof since === 'string' ? t('lane.since', { at: moment(since, tongue) }) : t('lane.vip')}>
      <p className="xj-second">{t('lane.starts')}</p>
      {runs.data && <details><summary className="xj-small">{t('lane.why')}</summary><p className="xj-small">{why ? say(why) : t('lane.by_hand')}</p></details>}
    </Card>
  )
}
