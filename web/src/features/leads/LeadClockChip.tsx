/** The response clock as a chip: shape, word, colour, and the time in bold. */
import { useNow } from '@/lib/clock'
import { useTongue } from '@/lib/text'
import { exact, lasted, moment, span } from '@/lib/time'
import { Status } from '@/ui/Status'
import type { FiredRow, RecordRow, TimerRow } from '@/api/types'
import { urgentClock, workClock, type LeadClock } from './sla'

interface ChipProps { lead: RecordRow; timers: TimerRow[] | undefined; fired: FiredRow[] | undefined; long?: boolean }

export function useLeadClock({ lead, timers, fired }: ChipProps): LeadClock {
  const now = useNow(lead.first_response_at || lead.pool ? 60_000 : 1000)
  return workClock(lead, timers ?? [], fired ?? [], now)
}

/** The mark of the VIP lane. */
export function VipTag({ lead }: { lead: RecordRow }) {
  const { t } = useTongue()
  return lead.vip === true ? <span className="xj-vip" title={t('lane.vip_help')}>{t('lane.vip')}</span> : null
}

export function LeadClockChip(props: ChipProps) {
  return props.lead.urgent === true ? <UrgentChip {...props} /> : <ResponseChip {...props} />
}

/** An urgent need: which of its two promises runs, and until when. */
function UrgentChip(props: ChipProps) {
  const { t, tongue } = useTongue()
  const now = useNow(props.lead.solution_at ? 60_000 : 1000)
  const clock = urgentClock(props.lead, props.timers ?? [], props.fired ?? [], now)
  if (!clock) return <ResponseChip {...props} />
  const time = clock.word === 'until' ? moment(clock.due, tongue) : clock.word === 'given' ? lasted((clock.ms ?? 0) / 1000, tongue) : clock.ms === undefined ? '' : span(clock.ms, tongue)
  return <Status kind={clock.kind} title={t('lane.urgent_help')}><span data-urgent={clock.of}>{t(`lane.${clock.of}.${clock.word}`)}</span>{time && <b>{time}</b>}</Status>
}

function ResponseChip(props: ChipProps) {
  const { t, tongue, say } = useTongue()
  const clock = useLeadClock(props)
  const step = clock.step ? say(clock.step.name, clock.step.key) : ''
  const title = clock.due ? t('clock.next', { step, at: exact(clock.due) }) : undefined
  const time = clock.word === 'until' ? moment(clock.due, tongue) : clock.word === 'answered' ? lasted((clock.ms ?? 0) / 1000, tongue) : clock.ms === undefined ? '' : span(clock.ms, tongue)
  return <Status kind={clock.kind} {...(title ? { title } : {})}>{t(`clock.${clock.word}`)}{time && <b>{time}</b>}</Status>
}
