/**
 * A call in one tap: the phone dials, the contact is on record at once (claimed, with undo), and how it went is one tap more.
 * The sheet says what the entry triggered: the clock that stopped, and tasks made since.
 */
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import type { RecordRow } from '@/api/types'
import { call, idempotencyKey } from '@/lib/api'
import { clockNow, useNow } from '@/lib/clock'
import { useTongue } from '@/lib/text'
import { moment, nextMorning } from '@/lib/time'
import { refreshRecord, useCreateRecord } from '@/metadata/records'
import { useMe } from '@/metadata/session'
import { useDone, useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { showToast } from '@/ui/Toast'
import { leadTitle } from './LeadHead'
import { Triggered } from './Triggered'
import { useLogTouch, type Touch } from './queries'

export interface Called { lead: RecordRow; at: string; change?: string | undefined; counted: boolean }

/** The number to dial, when there is one to be seen. */
export const dialable = (lead: RecordRow) => (typeof lead.mobile === 'string' && /^[+\d][\d\s-]{5,}$/.test(lead.mobile) ? lead.mobile.replace(/[\s-]/g, '') : '')

/** Takes a contact back: what it set is restored, and the clock it stopped runs on. */
export function useTakeBack() {
  const { t } = useTongue()
  const client = useQueryClient()
  const refused = useRefused()
  return useCallback((lead: string, change: string) => void call('post', '/api/v1/leads/{id}/touches/{change}/take-back', { path: { id: lead, change }, body: {} })
    .then(() => { showToast({ kind: 'done', text: t('one_tap.taken_back') }) }, refused)
    .finally(() => { refreshRecord(client, 'lead', lead); void client.invalidateQueries({ queryKey: ['timers'] }) }), [client, refused, t])
}

/** Says that a contact is on record, with the way back. */
export function useLogged() {
  const { t } = useTongue()
  const back = useTakeBack()
  return useCallback((lead: string, text: string, change?: string) => { showToast({ kind: 'done', text, action: change ? { label: t('common.undo'), run: () => back(lead, change) } : undefined }) }, [back, t])
}

/** Logs a call or message as a claimed contact; what was begun stays until its result is told. */
export function useOneTap() {
  const { t } = useTongue()
  const client = useQueryClient()
  const logged = useLogged()
  const refused = useRefused()
  const [called, setCalled] = useState<Called | null>(null)
  const tap = useCallback((lead: RecordRow, touch: Touch) => {
    const at = new Date(clockNow()).toISOString()
    void call<{ change?: string; counted?: string[]; demanded_recorded?: boolean }>('post', '/api/v1/leads/{id}/touch', { path: { id: lead.id }, body: touch, headers: { 'Idempotency-Key': idempotencyKey() } })
      .then((written) => {
        if (touch.kind === 'call') setCalled({ lead, at, change: written.change, counted: !written.demanded_recorded })
        else logged(lead.id, written.demanded_recorded ? t('touch.not_counted') : t('one_tap.logged.message'), written.change)
      }, refused)
      .finally(() => refreshRecord(client, 'lead', lead.id))
  }, [client, logged, refused, t])
  return { called, dial: (lead: RecordRow) => tap(lead, { kind: 'call', direction: 'out', answered: false }), message: (lead: RecordRow) => tap(lead, { kind: 'message', direction: 'out' }), close: () => setCalled(null) }
}

/** The sheet holds the way back itself; a message with it comes only once the sheet is closed, so that neither covers the other. */
export function CallSheet({ called, onClose }: { called: Called; onClose: () => void }) {
  const { t, tongue } = useTongue()
  const me = useMe()
  const log = useLogTouch(called.lead.id)
  const create = useCreateRecord('task')
  const done = useDone()
  const logged = useLogged()
  const back = useTakeBack()
  const refused = useRefused()
  const now = useNow(60_000)
  const tomorrow = nextMorning(now)
  const leave = () => { logged(called.lead.id, t('one_tap.logged.call'), called.change); onClose() }
  const answered = () => { void log.mutateAsync({ kind: 'call', direction: 'out', answered: true }).then((written) => logged(called.lead.id, t('touch.logged.call_answered'), written?.change ?? undefined), refused); onClose() }
  const later = () => {
    void create.mutateAsync({ values: { title: t('one_tap.call_back', { title: leadTitle(called.lead) }), kind: 'call', assignee: me?.person?.id, due_at: tomorrow, subject_lead: called.lead.id } }).then((written) => done(t('one_tap.task_made', { at: moment(tomorrow, tongue) }), written?.change), refused)
    onClose()
  }
  return (
    <section className="xj-sheet" role="dialog" aria-label={t('one_tap.title', { title: leadTitle(called.lead) })}>
      <div className="xj-line-nowrap"><h2 className="xj-grow">{t('one_tap.title', { title: leadTitle(called.lead) })}</h2><Button kind="ghost" icon="cross" aria-label={t('common.close')} onClick={leave} /></div>
      <div className="xj-line-nowrap xj-small"><span className="xj-grow">{t('one_tap.logged.call')}</span>{called.change && <Button kind="link" onClick={() => { back(called.lead.id, called.change!); onClose() }}>{t('common.undo')}</Button>}</div>
      <Triggered lead={called.lead.id} change={called.change} counted={called.counted} />
      <div className="xj-sheet__choices">
        <Button kind="primary" data-result="answered" onClick={answered}>{t('one_tap.answered')}</Button>
        <Button data-result="missed" onClick={leave}>{t('one_tap.missed')}</Button>
        <Button data-result="later" onClick={later} title={moment(tomorrow, tongue)}>{t('one_tap.later')}</Button>
      </div>
    </section>
  )
}
