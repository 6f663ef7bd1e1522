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
import { refreshRecord, useCreateRecord, useRecordPage } from '@/metadata/records'
import { useMe } from '@/metadata/session'
import { useDone, useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { leadTitle } from './LeadHead'
import { useLogTouch, type Touch } from './queries'

export interface Called { lead: RecordRow; at: string; first: boolean; change?: string | undefined; counted: boolean }

/** The number to dial, when there is one to be seen. */
export const dialable = (lead: RecordRow) => (typeof lead.mobile === 'string' && /^[+\d][\d\s-]{5,}$/.test(lead.mobile) ? lead.mobile.replace(/[\s-]/g, '') : '')

/** Logs a call or message as a claimed contact; what was begun stays until its result is told. */
export function useOneTap() {
  const { t } = useTongue()
  const client = useQueryClient()
  const done = useDone()
  const refused = useRefused()
  const [called, setCalled] = useState<Called | null>(null)
  const tap = useCallback((lead: RecordRow, touch: Touch) => {
    const at = new Date(clockNow()).toISOString()
    void call<{ change?: string; counted?: string[]; demanded_recorded?: boolean }>('post', '/api/v1/leads/{id}/touch', { path: { id: lead.id }, body: touch, headers: { 'Idempotency-Key': idempotencyKey() } })
      .then((written) => {
        done(written.demanded_recorded ? t('touch.not_counted') : t(`one_tap.logged.${touch.kind === 'call' ? 'call' : 'message'}`), written.change)
        if (touch.kind === 'call') setCalled({ lead, at, first: !lead.first_response_at, change: written.change, counted: !written.demanded_recorded })
      }, refused)
      .finally(() => refreshRecord(client, 'lead', lead.id))
  }, [client, done, refused, t])
  return { called, dial: (lead: RecordRow) => tap(lead, { kind: 'call', direction: 'out', answered: false }), message: (lead: RecordRow) => tap(lead, { kind: 'message', direction: 'out' }), close: () => setCalled(null) }
}

export function CallSheet({ called, onClose }: { called: Called; onClose: () => void }) {
  const { t, tongue } = useTongue()
  const me = useMe()
  const log = useLogTouch(called.lead.id)
  const create = useCreateRecord('task')
  const done = useDone()
  const refused = useRefused()
  const now = useNow(60_000)
  const tasks = useRecordPage('task', { filter: `subject_lead == "${called.lead.id}" && created_at >= timestamp("${called.at}")`, sort: 'due_at', limit: 3 })
  const tomorrow = nextMorning(now)
  const answered = () => { void log.mutateAsync({ kind: 'call', direction: 'out', answered: true }).then((written) => done(t('touch.logged.call_answered'), written?.change), refused); onClose() }
  const later = () => {
    void create.mutateAsync({ values: { title: t('one_tap.call_back', { title: leadTitle(called.lead) }), kind: 'call', assignee: me?.person?.id, due_at: tomorrow, subject_lead: called.lead.id } }).then((written) => done(t('one_tap.task_made', { at: moment(tomorrow, tongue) }), written?.change), refused)
    onClose()
  }
  return (
    <section className="xj-sheet" role="dialog" aria-label={t('one_tap.title', { title: leadTitle(called.lead) })}>
      <div className="xj-line-nowrap"><h2 className="xj-grow">{t('one_tap.title', { title: leadTitle(called.lead) })}</h2><Button kind="ghost" icon="cross" aria-label={t('common.close')} onClick={onClose} /></div>
      <ul className="xj-small xj-second" aria-label={t('one_tap.triggered')}>
        {called.first && called.counted && <li>{t('one_tap.clock_stopped')}</li>}
        {!called.counted && <li>{t('touch.not_counted')}</li>}
        {tasks.data?.rows.map((task) => <li key={task.id}>{t('one_tap.made', { title: String(task.title), at: typeof task.due_at === 'string' ? moment(task.due_at, tongue) : '' })}</li>)}
      </ul>
      <div className="xj-sheet__choices">
        <Button kind="primary" data-result="answered" onClick={answered}>{t('one_tap.answered')}</Button>
        <Button data-result="missed" onClick={onClose}>{t('one_tap.missed')}</Button>
        <Button data-result="later" onClick={later} title={moment(tomorrow, tongue)}>{t('one_tap.later')}</Button>
      </div>
    </section>
  )
}
