/** Head of the lead page: name, owner, clock and the ONE next action. */
import type { RecordRow } from '@/api/types'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { useObject } from '@/metadata/schema'
import { useRight } from '@/metadata/session'
import { useDone, useRefused } from '@/metadata/undo'
import { optionName, type ValueContext } from '@/metadata/values'
import { AnchorButton, Button } from '@/ui/Button'
import { Menu, MenuItem } from '@/ui/Menu'
import { Tag } from '@/ui/Status'
import { LeadClockChip, useLeadClock } from './LeadClockChip'
import { useUnconvert, type LeadTimers } from './queries'
import { nextAction } from './sla'

export const leadTitle = (lead: RecordRow) => String(lead.company || lead.name || lead.mobile || '—')
export const leadSecond = (lead: RecordRow) => (lead.company ? String(lead.name ?? '') : '')

export interface LeadActions { onTouch: () => void; onConvert: () => void; onAssign: () => void; onPick: () => void }
interface HeadProps { lead: RecordRow; times: LeadTimers; context: ValueContext; actions: LeadActions }

export function LeadHead({ lead, times, context }: Omit<HeadProps, 'actions'>) {
  const { t, tongue, say } = useTongue()
  const { meta } = useObject('lead')
  const status = meta?.fields.get('status')
  const owner = context.names.person(lead.owner)
  const source = say(context.names.named('sources', typeof lead.source === 'string' ? lead.source : ''))
  return (
    <header className="xj-lead__head">
      <div className="xj-grow">
        <div className="xj-line">
          <h1>{leadTitle(lead)}</h1>
          <LeadClockChip lead={lead} timers={times.timers.get(lead.id)} fired={times.fired.get(lead.id)} />
          {typeof lead.status === 'string' && <Tag tint>{status ? optionName(status, lead.status, tongue) : lead.status}</Tag>}
          {lead.write_mode === 'history' && <Tag>{t('lead.from_history')}</Tag>}
        </div>
        <p className="xj-facts-line">
          {leadSecond(lead) && <span>{leadSecond(lead)}</span>}
          <span>{owner ? t('lead.owner_is', { owner }) : lead.pool ? t('lead.in_pool', { pool: say(context.names.named('pools', String(lead.pool))) }) : t('lead.no_owner')}</span>
          {source && <span>{source}</span>}
          {lead.created_at && <span>{t('lead.arrived', { at: moment(lead.created_at, tongue) })}</span>}
        </p>
      </div>
    </header>
  )
}

export function NextCard({ lead, times, actions }: Omit<HeadProps, 'context'>) {
  const { t, tongue } = useTongue()
  const clock = useLeadClock({ lead, timers: times.timers.get(lead.id), fired: times.fired.get(lead.id) })
  const next = nextAction(lead, lead.can ?? {})
  const why = clock.word === 'overdue' || clock.word === 'left' || clock.word === 'until' ? t(`next.why.${clock.word}`, { at: clock.due ? moment(clock.due, tongue) : '', step: '' }) : t(`next.why_other.${next}`)
  return (
    <section className={clock.kind === 'overdue' ? 'xj-card xj-next xj-next--overdue' : 'xj-card xj-next'} aria-label={t('next.label')}>
      <div className="xj-grow"><h2>{t(`next.title.${next}`)}</h2><p className="xj-second">{why}</p></div>
      <div className="xj-next__actions"><NextButton lead={lead} actions={actions} /><MoreMenu lead={lead} actions={actions} /></div>
    </section>
  )
}

export function NextButton({ lead, actions }: { lead: RecordRow; actions: LeadActions }) {
  const { t } = useTongue()
  const next = nextAction(lead, lead.can ?? {})
  const phone = typeof lead.mobile === 'string' && /^[+\d][\d\s-]{5,}$/.test(lead.mobile) ? lead.mobile : ''
  if (next === 'pick') return <Button kind="primary" icon="hand" onClick={actions.onPick}>{t('next.pick')}</Button>
  if (next === 'assign') return <Button kind="primary" icon="route" onClick={actions.onAssign}>{t('next.assign')}</Button>
  if (next === 'convert') return <Button kind="primary" icon="deal" onClick={actions.onConvert}>{t('next.convert')}</Button>
  if (next === 'none') return null
  if (phone) return <AnchorButton kind="primary" icon="phone" href={`tel:${phone.replace(/[\s-]/g, '')}`} onClick={actions.onTouch}>{t('next.call')}</AnchorButton>
  return <Button kind="primary" icon="phone" onClick={actions.onTouch}>{t('next.log')}</Button>
}

export function MoreMenu({ lead, actions, up }: { lead: RecordRow; actions: LeadActions; up?: boolean }) {
  const { t } = useTongue()
  const unconvert = useUnconvert(lead.id)
  const mayAssign = useRight('assign')
  const done = useDone()
  const refused = useRefused()
  const can = lead.can ?? {}
  const converted = lead.status === 'converted'
  const items = [
    !converted && can.convert !== false && can.update && { key: 'convert', run: actions.onConvert },
    converted && can.update && { key: 'unconvert', run: () => unconvert.mutate({}, { onSuccess: (written) => done(t('convert.undone'), written?.change), onError: refused }) },
    mayAssign && can.update && !converted && { key: 'assign', run: actions.onAssign },
  ].filter((item) => Boolean(item)) as { key: string; run: () => void }[]
  if (!items.length) return null
  return (
    <Menu label={t('common.more')} {...(up ? { up } : {})} trigger={(props) => <Button icon="more" aria-label={t('common.more')} {...props} />}>
      {(close) => items.map((item) => <MenuItem key={item.key} onSelect={() => { close(); item.run() }}>{t(`next.menu.${item.key}`)}</MenuItem>)}
    </Menu>
  )
}
