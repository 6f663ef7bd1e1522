/** The response clock as a chip: shape, word, colour, and the time in bold. */
import { useNow } from '@/lib/clock'
import { useTongue } from '@/lib/text'
import { exact, lasted, moment, span } from '@/lib/time'
import { Status } from '@/ui/Status'
import type { FiredRow, RecordRow, TimerRow } from '@/api/types'
import { leadClock, type LeadClock } from './sla'

interface ChipProps { lead: RecordRow; timers: TimerRow[] | undefined; fired: FiredRow[] | undefined; long?: boolean }

export function useLeadClock({ lead, timers, fired }: ChipProps): LeadClock {
  const now = useNow(lead.first_response_at || lead.pool ? 60_000 : 1000)
  return leadClock(lead, timers ?? [], fired ?? [], now)
}

export function LeadClockChip(props: ChipProps) {
  const { t, tongue, say } = useTongue()
  const clock = useLeadClock(props)
  const step = clock.step ? say(clock.step.name, clock.step.key) : ''
  const title = clock.due ? t('clock.next', { step, at: exact(clock.due) }) : undefined
  const time = clock.word === 'until' ? moment(clock.due, tongue) : clock.word === 'answered' ? lasted((clock.ms ?? 0) / 1000, tongue) : clock.ms === undefined ? '' : span(clock.ms, tongue)
  return <Status kind={clock.kind} {...(title ? { title } : {})}>{t(`clock.${clock.word}`)}{time && <b>{time}</b>}</Status>
}
