/** The coach on a deal's page: what came with winning in this stage, how this customer's objections ended, fifteen minutes with the supervisor. */
import { Link } from '@tanstack/react-router'
import { useDraft } from '@/lib/drafts'
import { tooLong } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import type { RecordPanelProps } from '@/metadata/panels'
import { QueryState } from '@/metadata/QueryState'
import { useDone, useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { Status } from '@/ui/Status'
import { LONGEST, useCoach, useReview, type Coach } from './queries'
import './coach.css'

export default function CoachPanel({ object, id }: RecordPanelProps) {
  const { t } = useTongue()
  const query = useCoach(object, id)
  if (object !== 'deal') return null
  if (!query.data) return <Card title={t('coach.title')}><QueryState query={query} rows={3} /></Card>
  const coach = query.data
  if (!coach.open) return null
  return (
    <Card title={t('coach.title')} aside={coach.stuck ? <Status kind="soon">{t('coach.stuck', { days: Math.floor(coach.hours / 24) })}</Status> : undefined}>
      <div className="xj-stack">
        {coach.stuck || coach.similar.steps.length > 0 ? <Similar similar={coach.similar} /> : <p className="xj-muted">{t('coach.moving')}</p>}
        {coach.objections.length > 0 && <Objections objections={coach.objections} />}
        <Review object={object} id={id} review={coach.review} />
      </div>
    </Card>
  )
}

function Similar({ similar }: { similar: Coach['similar'] }) {
  const { t } = useTongue()
  const features = similar.features.map((feature) => t(`coach.feature.${feature}`)).join('、') || t('coach.feature.none')
  return (
    <section>
      <h3 className="xj-coach__head">{t('coach.worked')}</h3>
      {similar.steps.length === 0
        ? <p className="xj-second">{t(Math.min(similar.n, similar.n_lost) < similar.least ? 'coach.too_few' : 'coach.no_difference', { won: similar.n, lost: similar.n_lost, least: similar.least })}</p>
        : <ul className="xj-coach__steps">{similar.steps.map((step) => <li key={step.type}><span>{t(`quality.event.${step.type.replaceAll('.', '_')}`, { defaultValue: step.type })}</span><span className="xj-second">{t('coach.shares', { won: Math.round(step.won * 100), lost: Math.round(step.lost * 100) })}</span></li>)}</ul>}
      <p className="xj-small xj-muted">{t('coach.how', { features, won: similar.n, lost: similar.n_lost })}{similar.days !== null && similar.n >= similar.least ? ` ${t('coach.days', { days: similar.days })}` : ''}</p>
      {similar.cases.length > 0 && <p className="xj-small">{t('coach.cases')}{similar.cases.map((one, at) => <span key={one.id}>{at > 0 && '、'}<Link to="/records/$object/$id" params={{ object: 'deal', id: one.id }}>{one.title}</Link></span>)}</p>}
    </section>
  )
}

function Objections({ objections }: { objections: Coach['objections'] }) {
  const { t, tongue } = useTongue()
  return (
    <section>
      <h3 className="xj-coach__head">{t('coach.objections')}</h3>
      <ul className="xj-coach__steps">{objections.slice(0, 5).map((one) => <li key={one.at}><span>{one.words ?? one.topic} <span className="xj-muted">{moment(one.at, tongue)}</span></span><span className={one.how === null ? 'xj-muted' : 'xj-second'}>{one.how === null ? t('coach.unresolved') : one.how || t('coach.resolved')}</span></li>)}</ul>
    </section>
  )
}

function Review({ object, id, review }: { object: string; id: string; review: Coach['review'] }) {
  const { t, tongue } = useTongue()
  const ask = useReview(object, id)
  const done = useDone()
  const refused = useRefused()
  const typed = useDraft<{ note: string }>(`review.${id}`, { note: '' })
  const { note } = typed.value
  const long = tooLong(note, LONGEST, t)
  if (review.asked) return <p className="xj-second">{t('coach.asked', { name: review.asked.reviewer ?? '', at: moment(review.asked.due_at, tongue) })}</p>
  if (!review.reviewer) return <p className="xj-muted">{t('coach.no_reviewer')}</p>
  return (
    <form className="xj-line-nowrap xj-coach__ask" onSubmit={(event) => { event.preventDefault(); if (!long) ask.mutate(note.trim(), { onSuccess: (answer) => { typed.drop(); done(t('coach.sent', { name: answer.reviewer }), answer.change) }, onError: refused }) }}>
      <Field quiet label={t('coach.note')} error={long}>{(control) => <input {...control} className="xj-input" placeholder={t('coach.note')} value={note} onChange={(event) => typed.set({ note: event.target.value })} />}</Field>
      <Button type="submit" reason={long} disabled={ask.isPending || !review.can}>{t('coach.ask', { name: review.reviewer.name })}</Button>
    </form>
  )
}
