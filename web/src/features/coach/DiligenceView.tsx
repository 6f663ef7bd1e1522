/** What is recorded and why, and what one's own calls show, before anybody else sees it. */
import { useState } from 'react'
import { tooLong } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { lasted, moment } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { useDone, useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Field } from '@/ui/Field'
import { Status } from '@/ui/Status'
import { LONGEST, useConfirm, useDiligence, useRegisters, useSeen, type Figures, type Pattern, type Register } from './queries'
import './coach.css'

export function DiligenceView() {
  const { t, say } = useTongue()
  const registers = useRegisters()
  const query = useDiligence()
  if (!registers.data || !query.data) return <Card flush><QueryState query={registers.error ? registers : query} /></Card>
  if (!registers.data.rows.length) return <Card><Empty icon="lock" title={t('diligence.no_register')}>{t('diligence.no_register_help')}</Empty></Card>
  const { mine, team, waiting, own_days } = query.data
  return (
    <div className="xj-stack">
      {registers.data.rows.map((register) => <RegisterCard key={register.key} register={register} />)}
      {mine.map((one) => <Card key={one.register} title={t('diligence.mine', { name: say(one.name) })}><Own pattern={one} /></Card>)}
      {(team.length > 0 || waiting > 0) && (
        <Card title={t('diligence.team')}>
          <div className="xj-stack">
            {waiting > 0 && <Notice kind="info">{t('diligence.waiting', { count: waiting, days: own_days })}</Notice>}
            {team.map((one) => <section key={one.id}><h3 className="xj-coach__head">{one.person_name}</h3>{one.figures && <Facts figures={one.figures} />}{one.word && <p className="xj-second">{t('diligence.said', { word: one.word })}</p>}</section>)}
          </div>
        </Card>
      )}
    </div>
  )
}

function RegisterCard({ register }: { register: Register }) {
  const { t, tongue, say } = useTongue()
  const confirm = useConfirm()
  const done = useDone()
  const refused = useRefused()
  return (
    <Card title={say(register.name)} aside={register.confirmed_at ? <Status kind="done">{t('diligence.confirmed', { at: moment(register.confirmed_at, tongue) })}</Status> : <Status kind="soon">{t('diligence.unconfirmed')}</Status>}>
      <div className="xj-stack">
        <p>{say(register.records)}</p>
        <p className="xj-second">{say(register.why)}</p>
        <p className="xj-small xj-muted">{t('diligence.who', { roles: register.seen_by.map((role) => say(role.name)).join('、'), days: register.keep_days, confirmed: register.confirmed, people: register.people })}</p>
        {!register.confirmed_at && <div className="xj-line"><Button kind="primary" disabled={confirm.isPending} onClick={() => confirm.mutate(register.key, { onSuccess: () => done(t('diligence.did_confirm')), onError: refused })}>{t('diligence.confirm')}</Button><span className="xj-small xj-muted">{t('diligence.confirm_help')}</span></div>}
      </div>
    </Card>
  )
}

function Own({ pattern }: { pattern: Pattern }) {
  const { t } = useTongue()
  const seen = useSeen()
  const done = useDone()
  const refused = useRefused()
  const [word, setWord] = useState(pattern.word)
  const long = tooLong(word, LONGEST, t)
  const figures = pattern.figures
  if (!figures) return <p className="xj-muted">{t('diligence.nothing')}</p>
  return (
    <div className="xj-stack">
      <Facts figures={figures} />
      {!figures.enough ? <p className="xj-muted">{t('diligence.too_few', { n: figures.calls, least: figures.least })}</p> : figures.holds ? <Notice>{t('diligence.holds')}</Notice> : <Notice kind="done">{t('diligence.fine')}</Notice>}
      {pattern.id && (
        <form className="xj-line-nowrap xj-coach__ask" onSubmit={(event) => { event.preventDefault(); if (!long) seen.mutate({ id: pattern.id!, word: word.trim() }, { onSuccess: () => done(t('diligence.told')), onError: refused }) }}>
          <Field quiet label={t('diligence.word')} error={long}>{(control) => <input {...control} className="xj-input" placeholder={t('diligence.word')} value={word} onChange={(event) => setWord(event.target.value)} />}</Field>
          <Button type="submit" reason={long} disabled={seen.isPending}>{t(pattern.seen_at ? 'diligence.change_word' : 'diligence.seen')}</Button>
        </form>
      )}
    </div>
  )
}

function Facts({ figures }: { figures: Figures }) {
  const { t, tongue } = useTongue()
  return (
    <>
      <dl className="xj-facts4">
        <div><dt>{t('diligence.per_day')}</dt><dd>{Math.round(figures.per_day * 10) / 10}</dd></div>
        <div><dt>{t('diligence.short', { seconds: figures.short_seconds })}</dt><dd>{Math.round(figures.short_share * 100)}%</dd></div>
        <div><dt>{t('diligence.followed')}</dt><dd>{Math.round(figures.followed_share * 100)}%</dd></div>
        <div><dt>{t('diligence.median')}</dt><dd>{lasted(Math.round(figures.median_seconds), tongue)}</dd></div>
      </dl>
      <p className="xj-small xj-muted">{t('diligence.sample', { calls: figures.calls, days: figures.days, since: figures.since, until: figures.until })}</p>
    </>
  )
}
