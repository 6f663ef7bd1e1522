/** Who sits in for me while I am away, and for whom I sit in. */
import { useState } from 'react'
import { problemsByField } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { fromLocalInput, moment, nextMorning, toLocalInput } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { Refused } from '@/metadata/Refused'
import { useDone, useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { PersonPick } from './ApprovalActions'
import { useDelegate, useDelegations, useEndDelegation } from './queries'

export function Delegations() {
  const { t, tongue } = useTongue()
  const query = useDelegations()
  const [adding, setAdding] = useState(false)
  const end = useEndDelegation()
  const done = useDone()
  const refused = useRefused()
  if (!query.data) return <Card title={t('approval.delegation')}><QueryState query={query} rows={2} /></Card>
  const { mine, for_others } = query.data
  return (
    <Card title={t('approval.delegation')} aside={!adding && <Button size="small" icon="plus" onClick={() => setAdding(true)}>{t('approval.delegate')}</Button>}>
      <div className="xj-stack">
        {!mine.length && !for_others.length && !adding && <p className="xj-muted">{t('approval.delegation_none')}</p>}
        {(mine.length > 0 || for_others.length > 0) && (
          <ul className="xj-stack-8">
            {mine.map((each) => <li key={each.starts} className="xj-line"><span className="xj-grow">{t('approval.delegated', { who: each.to_name, from: moment(each.starts, tongue), until: moment(each.ends, tongue) })}</span><Button size="small" kind="ghost" disabled={end.isPending} onClick={() => end.mutate(each.starts, { onSuccess: () => done(t('approval.said.delegation_ended')), onError: refused })}>{t('approval.end_delegation')}</Button></li>)}
            {for_others.map((each) => <li key={`${each.person}.${each.starts}`}>{t('approval.sitting_in', { who: each.person_name, from: moment(each.starts, tongue), until: moment(each.ends, tongue) })}</li>)}
          </ul>
        )}
        {adding && <DelegationForm onClose={() => setAdding(false)} />}
      </div>
    </Card>
  )
}

function DelegationForm({ onClose }: { onClose: () => void }) {
  const { t, tongue } = useTongue()
  const [to, setTo] = useState('')
  const [starts, setStarts] = useState(() => toLocalInput(nextMorning()))
  const [ends, setEnds] = useState(() => toLocalInput(new Date(Date.parse(nextMorning()) + 9 * 3_600_000).toISOString()))
  const delegate = useDelegate()
  const done = useDone()
  const problems = problemsByField(delegate.error, t, tongue)
  const send = () => delegate.mutate({ to, starts: fromLocalInput(starts) ?? '', ends: fromLocalInput(ends) ?? '' }, { onSuccess: () => { done(t('approval.said.delegated')); onClose() } })
  return (
    <form className="xj-form" noValidate onSubmit={(event) => { event.preventDefault(); if (to && starts && ends) send() }}>
      <PersonPick label={t('approval.delegate_to')} value={to} onChange={setTo} error={problems.to} />
      <div className="xj-form--two">
        <Field label={t('approval.from')} required error={problems.starts}>{(control) => <input {...control} className="xj-input" type="datetime-local" value={starts} onChange={(event) => setStarts(event.target.value)} />}</Field>
        <Field label={t('approval.until')} required error={problems.ends}>{(control) => <input {...control} className="xj-input" type="datetime-local" value={ends} onChange={(event) => setEnds(event.target.value)} />}</Field>
      </div>
      <Refused error={delegate.error} beside={['to', 'starts', 'ends']} />
      <div className="xj-form__foot"><Button kind="ghost" onClick={onClose}>{t('common.cancel')}</Button><Button type="submit" reason={!to ? t('approval.delegate_first') : starts && ends ? undefined : t('people.needs_days')} disabled={delegate.isPending}>{t('approval.delegate')}</Button></div>
    </form>
  )
}
