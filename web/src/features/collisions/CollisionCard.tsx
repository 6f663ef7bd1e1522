/** One collision: both sides with what each did, and the ruling for who may give one. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { problemsByField, tooLong } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { exact } from '@/lib/time'
import { numberOf, textOf } from '@/metadata/NumberBox'
import { QueryState } from '@/metadata/QueryState'
import { Refused } from '@/metadata/Refused'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { useCollision, useRule, type Collision, type Side } from './queries'

const LONGEST = 1000

export function CollisionCard({ collision, onRuled }: { collision: Collision; onRuled: () => void }) {
  const { t } = useTongue()
  const [open, setOpen] = useState(false)
  const whole = useCollision(open ? collision.id : null)
  const both = collision.sides.every((side) => side.readable)
  const title = collision.sides.find((side) => side.title)?.title ?? ''
  return (
    <Card flush title={title} aside={both && <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>{t(open ? 'collision.fold' : collision.can.rule ? 'collision.rule' : 'collision.look')}</Button>}>
      <div className="xj-collision">{(whole.data?.sides ?? collision.sides).map((side, at) => <SideView key={side.lead ?? at} side={side} />)}</div>
      {open && !whole.data && <QueryState query={whole} rows={3} />}
      {open && whole.data?.can.rule && <RulingForm collision={whole.data} onRuled={onRuled} />}
    </Card>
  )
}

function SideView({ side }: { side: Side }) {
  const { t } = useTongue()
  if (!side.readable || !side.lead) return <div className="xj-collision__side"><strong>{t('collision.elsewhere', { team: side.team ?? t('collision.other_team') })}</strong><p className="xj-second xj-small">{t('collision.elsewhere_help')}</p></div>
  return (
    <div className="xj-collision__side">
      <strong>{side.owner_name} · {side.team}</strong>
      <p className="xj-small xj-second">{t('collision.since', { at: exact(side.since) })} · {t('collision.last', { at: exact(side.last_touch_at) })}</p>
      <p className="xj-small"><Link to="/leads/$id" params={{ id: side.lead }}>{t('collision.open_lead')}</Link></p>
      {side.events && (
        <ol className="xj-collision__events">
          {side.events.map((event) => (
            <li key={event.id}><span className="xj-small xj-muted">{exact(event.at)}</span><br />{t(`collision.event.${event.type.replace('.', '_')}`, { defaultValue: event.type })}{event.claimed && <span className="xj-small xj-muted"> {t('collision.claimed')}</span>}{event.text && <span className="xj-second"> {event.text}</span>}</li>
          ))}
        </ol>
      )}
    </div>
  )
}

function RulingForm({ collision, onRuled }: { collision: Collision; onRuled: () => void }) {
  const { t, tongue } = useTongue()
  const rule = useRule()
  const [first, second] = collision.sides as [Side, Side]
  const [continues, setContinues] = useState(first.lead ?? '')
  const [share, setShare] = useState('70')
  const [reason, setReason] = useState('')
  const wrong = problemsByField(rule.error, t, tongue)
  const part = numberOf(share, true)
  const valid = typeof part === 'number' && part >= 0 && part <= 1
  const [tried, setTried] = useState(false)
  const noReason = !reason.trim()
  const long = tooLong(reason, LONGEST, t)
  const other = continues === first.lead ? second : first
  const rest = valid ? Number((1 - part).toFixed(6)) : null
  return (
    <form className="xj-ruling" noValidate onSubmit={(event) => { event.preventDefault(); setTried(true); if (valid && !noReason && !long) rule.mutate({ id: collision.id, continues, shares: { [continues]: part, [other.lead ?? '']: rest! }, reason: reason.trim() }, { onSuccess: onRuled }) }}>
      <Field label={t('collision.continues')} error={wrong.continues}>
        {(control) => <select {...control} className="xj-input" value={continues} onChange={(event) => setContinues(event.target.value)}>{collision.sides.map((side) => <option key={side.lead} value={side.lead ?? ''}>{side.owner_name} · {side.team}</option>)}</select>}
      </Field>
      <Field label={t('collision.share')} error={tried && !valid ? t('collision.bad_share') : wrong.shares} hint={t('collision.share_rest', { name: other.owner_name, rest: rest === null ? '–' : textOf(rest, true) })}>
        {(control) => <input {...control} className="xj-input" inputMode="decimal" value={share} onChange={(event) => setShare(event.target.value)} />}
      </Field>
      <Field label={t('collision.reason')} required error={long ?? (tried && noReason ? t('errors.collision_reason') : wrong.reason)}>
        {(control) => <textarea {...control} className="xj-input" rows={2} value={reason} onChange={(event) => setReason(event.target.value)} />}
      </Field>
      <Refused error={rule.error} beside={['continues', 'shares', 'reason']} />
      <div className="xj-line"><Button type="submit" kind="primary" disabled={rule.isPending}>{t('collision.do')}</Button><span className="xj-small xj-muted">{t('collision.what_happens')}</span></div>
    </form>
  )
}
