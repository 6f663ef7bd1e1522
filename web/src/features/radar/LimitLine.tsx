/** A limit in force: its number, whether a person fixed it, and what won records taught, with how many stand behind. */
import { useTongue } from '@/lib/text'
import { useSchema } from '@/metadata/schema'
import type { LimitState } from './queries'

export function LimitLine({ limit, object }: { limit: LimitState; object: string }) {
  const { t, say } = useTongue()
  const { data: schema } = useSchema()
  const options = schema?.objects.find((each) => each.key === object)?.fields.find((field) => field.key === 'stage')?.options
  const named = (group: string) => say(options?.find((each) => each.key === group)?.name, group)
  const round = (value: number) => Math.round(value * 10) / 10
  const groups = limit.learned.filter((one) => one.group in limit.in_force && limit.fixed === null && one.n >= limit.least)
  return <div>{say(limit.name)} {round(limit.in_force[''] ?? limit.default)} {limit.unit}{limit.fixed !== null && <span className="xj-muted"> {t('radar.fixed')}</span>}{groups.map((one) => <small key={one.group}>{t('radar.learned', { group: named(one.group) || t('radar.everywhere'), value: round(limit.in_force[one.group] ?? one.value), n: one.n })}</small>)}</div>
}
