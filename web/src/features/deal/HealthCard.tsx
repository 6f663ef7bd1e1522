/** Process health of one record: the score in words, and each part down to the actions and times it is made of. */
import { useTongue } from '@/lib/text'
import { lasted, moment } from '@/lib/time'
import { whoName } from '@/lib/errors'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon, type IconName } from '@/ui/Icon'
import { QueryState } from '@/metadata/QueryState'
import { useHealthOf, type Health, type MissingAction } from './queries'

const LOOK: Record<Health['band'], [string, IconName]> = { green: ['done', 'tick'], yellow: ['soon', 'half'], red: ['overdue', 'octagon'] }
export const percent = (share: number) => `${Math.round(share * 100)}%`

export function Band({ health }: { health: Pick<Health, 'band' | 'score'> }) {
  const { t } = useTongue()
  const [tone, sign] = LOOK[health.band]
  return <span className={`xj-status xj-status--${tone}`} data-band={health.band}><Icon name={sign} size={14} />{t(`deal.band.${health.band}`)} <b>{percent(health.score)}</b></span>
}

export function HealthCard({ object, id, unverified, onAction }: { object: string; id: string; unverified: boolean; onAction: (action: string) => void }) {
  const { t, tongue, say } = useTongue()
  const query = useHealthOf(object, id, true)
  if (query.data === undefined) return <Card title={t('deal.health')}><QueryState query={query} rows={3} /></Card>
  const health = query.data
  if (!health) return <Card title={t('deal.health')}><p className="xj-muted">{t(unverified ? 'deal.health_unverified' : 'deal.health_soon')}</p></Card>
  const hours = (minutes: number | null) => lasted(minutes === null ? null : minutes * 60, tongue)
  return (
    <Card title={t('deal.health')} aside={<Band health={health} />}>
      <dl className="xj-health">
        <Part name={t('deal.completeness')} share={health.completeness} text={health.due ? t('deal.completeness_why', { done: health.done, due: health.due }) : t('deal.completeness_none')} />
        <Part name={t('deal.timeliness')} share={health.timeliness} text={health.limit_minutes ? t('deal.timeliness_why', { taken: hours(health.stage_minutes), limit: hours(health.limit_minutes) }) : t('deal.timeliness_none')} />
        <Part name={t('deal.collaboration')} share={null} text={health.gaps ? t('deal.collaboration_gaps', { count: health.gaps }) : t('deal.collaboration_fine')} />
      </dl>
      {health.missing.length > 0 && (
        <div className="xj-stack-8">
          <h3 className="xj-small xj-muted">{t('deal.first_missing')}</h3>
          <ul>{health.missing.map((each) => <li key={each.action}><Button kind="link" onClick={() => onAction(each.action)}>{say(each.name, each.action)}</Button><Supplier missing={each} /></li>)}</ul>
        </div>
      )}
      <p className="xj-small xj-muted">{t('deal.health_at', { at: moment(health.at, tongue) })}</p>
    </Card>
  )
}

/** Who supplies it: people by name, where the role is one of a few; else the role. */
export function Supplier({ missing }: { missing: MissingAction }) {
  const { t, tongue } = useTongue()
  const role = missing.by ?? missing.who
  const who = missing.people?.length ? missing.people.join('、') : role && whoName(role, t, tongue)
  return who ? <span className="xj-small xj-muted" data-supplier> {t('deal.by', { who })}</span> : null
}

function Part({ name, share, text }: { name: string; share: number | null; text: string }) {
  return (
    <div className="xj-health__part">
      <dt>{name}</dt>
      <dd>{share !== null && <><span className="xj-health__share" aria-hidden="true"><i style={{ width: percent(Math.min(1, share)) }} /></span><b>{percent(share)}</b></>}<span className="xj-small xj-second">{text}</span></dd>
    </div>
  )
}
