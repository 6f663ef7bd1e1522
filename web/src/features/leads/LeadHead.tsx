/** Head of the lead page: name, owner and clock, and the menu of everything that is not the next action. */
import type { RecordRow } from '@/api/types'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { useUpdateRecord } from '@/metadata/records'
import { useObject } from '@/metadata/schema'
import { useRight } from '@/metadata/session'
import { useDone, useRefused } from '@/metadata/undo'
import { optionName, type ValueContext } from '@/metadata/values'
import { Button } from '@/ui/Button'
import { Menu, MenuItem } from '@/ui/Menu'
import { Tag } from '@/ui/Status'
import { LeadClockChip, VipTag } from './LeadClockChip'
import { useUnconvert, type LeadTimers } from './queries'

export const leadTitle = (lead: RecordRow) => String(lead.company || lead.name || lead.mobile || '—')
export const leadSecond = (lead: RecordRow) => (lead.company ? String(lead.name ?? '') : '')

export interface LeadActions { onTouch: () => void; onDial: () => void; onConvert: () => void; onAssign: () => void; onPick: () => void }
export interface HeadProps { lead: RecordRow; times: LeadTimers; context: ValueContext; actions: LeadActions }

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
          <VipTag lead={lead} />
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

export function MoreMenu({ lead, actions, up }: { lead: RecordRow; actions: LeadActions; up?: boolean }) {
  const { t } = useTongue()
  const unconvert = useUnconvert(lead.id)
  const mayAssign = useRight('assign')
  const done = useDone()
  const refused = useRefused()
  const can = lead.can ?? {}
  const converted = lead.status === 'converted'
  const update = useUpdateRecord('lead')
  const press = (urgent: boolean) => update.mutate({ id: lead.id, version: lead.version, values: { urgent }, was: lead }, { onSuccess: (written) => done(t(urgent ? 'lane.marked' : 'lane.unmarked'), written?.change), onError: refused })
  const items = [
    !converted && can.convert !== false && can.update && { key: 'convert', run: actions.onConvert },
    converted && can.update && { key: 'unconvert', run: () => unconvert.mutate({}, { onSuccess: (written) => done(t('convert.undone'), written?.change), onError: refused }) },
    can.update && !converted && lead.urgent !== undefined && (lead.urgent === true ? { key: 'calm', run: () => press(false) } : { key: 'urgent', run: () => press(true) }),
    mayAssign && can.update && !converted && { key: 'assign', run: actions.onAssign },
  ].filter((item) => Boolean(item)) as { key: string; run: () => void }[]
  if (!items.length) return null
  return (
    <Menu label={t('common.more')} {...(up ? { up } : {})} trigger={(props) => <Button icon="more" aria-label={t('common.more')} {...props} />}>
      {(close) => items.map((item) => <MenuItem key={item.key} onSelect={() => { close(); item.run() }}>{t(`next.menu.${item.key}`)}</MenuItem>)}
    </Menu>
  )
}
