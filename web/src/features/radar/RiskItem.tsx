/** One risk: what it is, its sentence with figures, what to do; silencing it with a reason, in place. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { clockNow } from '@/lib/clock'
import { problemsByField, tooLong } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { dayOf, moment } from '@/lib/time'
import { Refused } from '@/metadata/Refused'
import { useDone, useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Status } from '@/ui/Status'
import { useSilence, useUnsilence, type RiskRow } from './queries'
import './radar.css'

const DAY = 86_400_000
const LONGEST = 500

export function RiskItem({ risk, people, subject }: { risk: RiskRow; people: Record<string, string>; subject?: boolean }) {
  const { t, tongue, say } = useTongue()
  const [asking, setAsking] = useState(false)
  const unsilence = useUnsilence()
  const refused = useRefused()
  const who = t(`radar.who.${risk.who}`, { defaultValue: risk.who })
  return (
    <li className="xj-risk" data-risk={risk.rule} data-level={risk.level}>
      <div className="xj-risk__main">
        <div className="xj-line"><Status kind={risk.silenced ? 'idle' : risk.level === 'red' ? 'overdue' : 'soon'}>{say(risk.name)}</Status>{subject && <Link className="xj-risk__title" to="/records/$object/$id" params={{ object: risk.object, id: risk.record }}>{risk.title ?? t('common.record')}</Link>}</div>
        <p>{say(risk.sentence)}</p>
        <p className="xj-second">{say(risk.advice)}<span className="xj-muted"> · {t('radar.acts', { who })}</span></p>
        <p className="xj-small xj-muted">{[subject && risk.owner ? people[risk.owner] : null, t('radar.since', { at: moment(risk.raised_at, tongue) })].filter(Boolean).join(' · ')}</p>
        {risk.silenced && <p className="xj-small xj-second">{t('radar.silenced_until', { at: moment(risk.silenced_until, tongue), reason: risk.silenced_reason })}</p>}
        {asking && <SilenceForm risk={risk} onEnd={() => setAsking(false)} />}
      </div>
      {risk.can.silence && !asking && (risk.silenced
        ? <Button size="small" disabled={unsilence.isPending} onClick={() => unsilence.mutate(risk.id, { onError: refused })}>{t('radar.unsilence')}</Button>
        : <Button size="small" aria-expanded={asking} onClick={() => setAsking(true)}>{t('radar.silence')}</Button>)}
    </li>
  )
}

function SilenceForm({ risk, onEnd }: { risk: RiskRow; onEnd: () => void }) {
  const { t, tongue } = useTongue()
  const silence = useSilence()
  const done = useDone()
  const [reason, setReason] = useState('')
  const [until, setUntil] = useState(dayOf(clockNow() + 7 * DAY))
  const wrong = problemsByField(silence.error, t, tongue)
  const long = tooLong(reason, LONGEST, t)
  return (
    <form className="xj-risk__form" noValidate onSubmit={(event) => { event.preventDefault(); if (!long) silence.mutate({ id: risk.id, reason: reason.trim(), until }, { onSuccess: () => { done(t('radar.silenced')); onEnd() } }) }}>
      <Field label={t('radar.reason')} required error={long ?? wrong.reason}>{(control) => <input {...control} className="xj-input" autoFocus value={reason} onChange={(event) => setReason(event.target.value)} />}</Field>
      <Field label={t('radar.until')} error={wrong.until}>{(control) => <input {...control} className="xj-input" type="date" min={dayOf(clockNow())} max={dayOf(clockNow() + 90 * DAY)} value={until} onChange={(event) => setUntil(event.target.value)} />}</Field>
      <Refused error={silence.error} beside={['reason', 'until']} />
      <div className="xj-line"><Button type="submit" kind="primary" reason={long} disabled={silence.isPending}>{t('radar.silence_do')}</Button><Button kind="ghost" onClick={onEnd}>{t('common.cancel')}</Button></div>
    </form>
  )
}
