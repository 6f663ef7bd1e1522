/** One lead in the list of what to do now: its clock, who it is, what it asks, one action, a message, and the rest in a menu. */
import { Link, useNavigate } from '@tanstack/react-router'
import type { FiredRow, RecordRow, TimerRow } from '@/api/types'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { useRight } from '@/metadata/session'
import { AnchorButton, Button } from '@/ui/Button'
import { Menu, MenuItem } from '@/ui/Menu'
import { dialable } from './CallSheet'
import { LeadClockChip, VipTag } from './LeadClockChip'
import { leadSecond, leadTitle } from './LeadHead'
import { isPressing } from './sla'

interface WorkRowProps {
  row: RecordRow; first: boolean; late: boolean; mine: boolean; owner: string; source: string
  timers: TimerRow[] | undefined; fired: FiredRow[] | undefined
  onDial: () => void; onMessage: () => void; onAssign: () => void
}

export function WorkRow({ row, first, late, mine, owner, source, timers, fired, onDial, onMessage, onAssign }: WorkRowProps) {
  const { t, tongue } = useTongue()
  const navigate = useNavigate()
  const mayAssign = useRight('assign')
  const need = typeof row.need === 'string' ? row.need : ''
  const phone = dialable(row)
  const look = { ...(first ? { kind: 'primary' as const } : {}) }
  const open = () => void navigate({ to: '/leads/$id', params: { id: row.id } })
  const at = typeof row.assigned_at === 'string' ? t('workbench.given_at', { at: moment(row.assigned_at, tongue) }) : ''
  return (
    <li className={late ? 'xj-row xj-row--overdue xj-work' : 'xj-row xj-work'} data-work={row.id} data-first={first}>
      <LeadClockChip lead={row} timers={timers} fired={fired} />
      <Link to="/leads/$id" params={{ id: row.id }} className="xj-row__main xj-work__who"><span className="xj-line-nowrap"><strong className="xj-ellipsis">{leadTitle(row)}</strong><VipTag lead={row} /></span><span className="xj-facts-line xj-small">{leadSecond(row) && <span>{leadSecond(row)}</span>}{owner && <span>{owner}</span>}</span></Link>
      <span className="xj-work__kind">{t(isPressing(row) && row.urgent_answered_at ? 'lane.give' : 'workbench.first_contact')}</span>
      <span className="xj-work__what"><span className="xj-ellipsis">{[source, need].filter(Boolean).join(tongue === 'en' ? ', ' : '，') || t('workbench.first_contact')}</span><span className="xj-small xj-muted xj-ellipsis">{at}</span></span>
      <span className="xj-work__do">
        {mine && phone ? <AnchorButton {...look} icon="phone" href={`tel:${phone}`} data-call={row.id} onClick={onDial}>{t('next.call')}</AnchorButton>
          : !mine && mayAssign ? <Button {...look} icon="route" onClick={onAssign}>{t('workbench.hand_over')}</Button>
            : <Button {...look} icon="right" onClick={open}>{t('workbench.open')}</Button>}
        {mine && <Button icon="message" className="xj-work__message" aria-label={t('workbench.message_to', { title: leadTitle(row) })} onClick={onMessage}><span className="xj-work__label">{t('workbench.message')}</span></Button>}
        <Menu label={t('common.more')} trigger={(props) => <Button kind="ghost" icon="more" className="xj-work__more" aria-label={t('workbench.more_of', { title: leadTitle(row) })} {...props} />}>
          {(close) => (
            <>
              <MenuItem onSelect={() => { close(); open() }}>{t('workbench.open_lead')}</MenuItem>
              {mayAssign && <MenuItem onSelect={() => { close(); onAssign() }}>{t('next.menu.assign')}</MenuItem>}
            </>
          )}
        </Menu>
      </span>
    </li>
  )
}
