/** The ONE next action of a lead, computed from its state: answer, do what is due, arrange the next contact, convert, go to the deal. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { RecordRow } from '@/api/types'
import { useNow } from '@/lib/clock'
import { useTongue } from '@/lib/text'
import { dayOf, fromLocalInput, moment, nextMorning } from '@/lib/time'
import { useCreateRecord, useRecordPage, useUpdateRecord } from '@/metadata/records'
import { useMe } from '@/metadata/session'
import { useDone, useRefused } from '@/metadata/undo'
import { AnchorButton, Button } from '@/ui/Button'
import { dialable } from './CallSheet'
import { useLeadClock } from './LeadClockChip'
import { leadTitle, MoreMenu, type HeadProps, type LeadActions } from './LeadHead'
import { nextStep, type NextStep } from './sla'

/** The step of now, from the lead and its open tasks. */
export function useNextStep(lead: RecordRow | undefined): NextStep {
  const now = useNow(15_000)
  const tasks = useRecordPage('task', { filter: `subject_lead == "${lead?.id}" && status == "open"`, sort: 'due_at', limit: 5 }, Boolean(lead?.first_response_at))
  return lead ? nextStep(lead, lead.can ?? {}, tasks.data?.rows ?? [], now) : { action: 'none' }
}

export function NextCard({ lead, times, actions, step }: Omit<HeadProps, 'context'> & { step: NextStep }) {
  const { t, tongue } = useTongue()
  const clock = useLeadClock({ lead, timers: times.timers.get(lead.id), fired: times.fired.get(lead.id) })
  const { action, task } = step
  const due = typeof task?.due_at === 'string' ? moment(task.due_at, tongue) : ''
  const running = action === 'first_contact' && (clock.word === 'overdue' || clock.word === 'left' || clock.word === 'until')
  const why = running ? t(`next.why.${clock.word}`, { at: clock.due ? moment(clock.due, tongue) : '', step: '' }) : t(`rep.why.${action}`, { at: due || (clock.due ? moment(clock.due, tongue) : '') })
  const late = action === 'do_task' || ((action === 'first_contact' || action === 'give_solution') && clock.kind === 'overdue')
  return (
    <section className={late ? 'xj-card xj-next xj-next--overdue' : 'xj-card xj-next'} aria-label={t('next.label')} data-next={action}>
      <div className="xj-grow"><h2>{t(`rep.next.${action}`, { task: String(task?.title ?? ''), at: due })}</h2><p className="xj-second">{why}</p></div>
      <div className="xj-next__actions"><NextButton lead={lead} actions={actions} step={step} /><MoreMenu lead={lead} actions={actions} /></div>
      {action === 'schedule' && lead.can?.update !== false && <Schedule lead={lead} />}
    </section>
  )
}

export function NextButton({ lead, actions, step }: { lead: RecordRow; actions: LeadActions; step: NextStep }) {
  const { t } = useTongue()
  const update = useUpdateRecord('task')
  const done = useDone()
  const refused = useRefused()
  const phone = dialable(lead)
  const { action, task } = step
  if (action === 'pick') return <Button kind="primary" icon="hand" onClick={actions.onPick}>{t('next.pick')}</Button>
  if (action === 'assign') return <Button kind="primary" icon="route" onClick={actions.onAssign}>{t('next.assign')}</Button>
  if (action === 'convert') return <Button kind="primary" icon="deal" onClick={actions.onConvert}>{t('next.convert')}</Button>
  if (action === 'open_deal') return <Link className="xj-btn xj-btn--primary" to="/records/$object/$id" params={lead.deal ? { object: 'deal', id: String(lead.deal) } : { object: 'customer', id: String(lead.customer) }}>{t(lead.deal ? 'rep.open_deal' : 'rep.open_customer')}</Link>
  if (action === 'none' || lead.can?.update === false) return null
  if (action === 'give_solution') return <Button kind="primary" icon="send" onClick={actions.onTouch}>{t('lane.give')}</Button>
  if (action === 'schedule') return <ArrangeButton lead={lead} />
  const finish = task && task.can?.update !== false ? () => update.mutate({ id: task.id, version: task.version, values: { status: 'done' }, was: task }, { onSuccess: (written) => done(t('task.done'), written?.change), onError: refused }) : null
  const calls = action === 'first_contact' || task?.kind === 'call'
  const first = calls && phone ? <AnchorButton kind="primary" icon="phone" href={`tel:${phone}`} data-call={lead.id} onClick={actions.onDial}>{t('next.call')}</AnchorButton>
    : action === 'first_contact' || !finish ? <Button kind="primary" icon="phone" onClick={actions.onTouch}>{t('next.log')}</Button> : null
  return <>{first}{finish && <Button {...(first ? {} : { kind: 'primary' as const })} icon="tick" disabled={update.isPending} onClick={finish}>{t('task.finish')}</Button>}</>
}

/** Makes the task of the next contact. */
function useArrange(lead: RecordRow) {
  const { t, tongue } = useTongue()
  const me = useMe()
  const create = useCreateRecord('task')
  const done = useDone()
  const refused = useRefused()
  const put = (due: string, then?: () => void) => create.mutate({ values: { title: t('one_tap.call_back', { title: leadTitle(lead) }), kind: 'call', assignee: me?.person?.id, due_at: due, subject_lead: lead.id } }, { onSuccess: (written) => { done(t('one_tap.task_made', { at: moment(due, tongue) }), written?.change); then?.() }, onError: refused })
  return { put, busy: create.isPending }
}

function ArrangeButton({ lead }: { lead: RecordRow }) {
  const { t, tongue } = useTongue()
  const { put, busy } = useArrange(lead)
  const due = nextMorning(useNow(60_000))
  return <Button kind="primary" icon="clock" data-when="morning" disabled={busy} onClick={() => put(due)}>{t('rep.arrange_at', { at: moment(due, tongue) })}</Button>
}

/** The other times for the next contact: two in one tap, and one of one's own. */
function Schedule({ lead }: { lead: RecordRow }) {
  const { t, tongue } = useTongue()
  const now = useNow(60_000)
  const { put, busy } = useArrange(lead)
  const [own, setOwn] = useState('')
  const at = own ? fromLocalInput(own) : null
  const choices = [['three', nextMorning(now + 2 * 86_400_000)], ['week', nextMorning(now + 6 * 86_400_000)]] as const
  return (
    <form className="xj-next__when" aria-label={t('rep.arrange')} onSubmit={(event) => { event.preventDefault(); if (at && Date.parse(at) > now) { put(at, () => setOwn('')) } }}>
      {choices.map(([key, due]) => <Button key={key} data-when={key} disabled={busy} title={moment(due, tongue)} onClick={() => put(due)}>{t(`rep.when.${key}`)}</Button>)}
      <input className="xj-input" type="datetime-local" aria-label={t('rep.when.own')} min={`${dayOf(now)}T00:00`} value={own} onChange={(event) => setOwn(event.target.value)} />
      <Button type="submit" reason={at && Date.parse(at) > now ? undefined : t('rep.when.future')} disabled={busy}>{t('rep.when.do')}</Button>
    </form>
  )
}
