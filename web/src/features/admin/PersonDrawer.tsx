/** One person: who they are, what they may do, letting them in, leave and leaving. */
import { useState } from 'react'
import { clockNow } from '@/lib/clock'
import { problemsByField, errorText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { dayOf, exact, fromLocalInput } from '@/lib/time'
import { SeeAsButton } from '@/metadata/SeeAs'
import { showToast } from '@/ui/Toast'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { DateBox, Drawer, SelectBox } from '@/ui/heavy'
import { dropAbsence, invite, leave, saveAbsence, savePerson, useAbsences, useAdmin, useRoles, type PersonBody, type PersonRow, type UnitRow } from './queries'

interface DrawerProps { person: PersonRow | null; people: PersonRow[]; units: UnitRow[]; mayWrite: boolean; onClose: () => void }

const freshKey = () => `p_${Math.random().toString(36).slice(2, 10)}`

export function PersonDrawer({ person, people, units, mayWrite, onClose }: DrawerProps) {
  const { t, tongue, say } = useTongue()
  const roles = useRoles()
  const keyOf = (list: readonly { id: string; key: string }[], id: string | null) => list.find((each) => each.id === id)?.key ?? null
  const [body, setBody] = useState<PersonBody>(() => ({
    key: person?.key ?? freshKey(), name: person?.name ?? '', title: person?.title ?? '', unit: keyOf(units, person?.unit ?? null), manager: keyOf(people, person?.manager ?? null), roles: person?.roles ?? [], tags: person?.tags ?? [],
    brands: person?.brands ?? null, phone: person?.phone ?? null, email: person?.email ?? null, calendar: person?.calendar ?? null, capacity: person?.capacity ?? null, joined_on: person?.joined_on ?? null,
  }))
  const save = useAdmin(savePerson)
  const [capacity, setCapacity] = useState(person?.capacity?.toString() ?? '')
  const uncounted = capacity.trim() && !/^\d{1,6}$/.test(capacity.trim()) ? t('people.capacity_wrong', { typed: capacity.trim() }) : undefined
  const problems = problemsByField(save.error, t, tongue)
  const set = (values: Partial<PersonBody>) => setBody((old) => ({ ...old, ...values }))
  const input = (key: 'name' | 'title' | 'phone' | 'email') => (
    <Field label={t(`people.${key}`)} required={key === 'name'} error={problems[key]}>{(control) => <input {...control} className="xj-input" readOnly={!mayWrite} value={body[key] ?? ''} onChange={(event) => set({ [key]: event.target.value || (key === 'name' || key === 'title' ? '' : null) })} />}</Field>
  )
  return (
    <Drawer title={person?.name ?? t('people.new')} open onClose={onClose} width={480}>
      <div className="xj-stack">
        <form className="xj-form" noValidate onSubmit={(event) => { event.preventDefault(); if (body.name.trim() && !uncounted) save.mutate({ ...body, capacity: capacity.trim() ? Number(capacity) : null }, { onSuccess: () => { showToast({ kind: 'done', text: t('common.saved') }); onClose() } }) }}>
          {save.error && !Object.keys(problems).some(Boolean) && <Notice kind="error">{errorText(save.error, t, tongue)}</Notice>}
          {input('name')}{input('title')}
          <Field label={t('people.unit')} error={problems.unit}>{(control) => <SelectBox id={control.id} label={t('people.unit')} readOnly={!mayWrite} value={body.unit} options={units.map((unit) => ({ value: unit.key, label: unit.name }))} onChange={(unit) => set({ unit: unit as string | null })} />}</Field>
          <Field label={t('people.manager')} error={problems.manager}>{(control) => <SelectBox id={control.id} label={t('people.manager')} readOnly={!mayWrite} value={body.manager} options={people.filter((each) => each.id !== person?.id).map((each) => ({ value: each.key, label: each.name }))} onChange={(manager) => set({ manager: manager as string | null })} />}</Field>
          <Field label={t('people.roles')} error={problems.roles} hint={t('people.roles_hint')}>{(control) => <SelectBox id={control.id} label={t('people.roles')} readOnly={!mayWrite} multiple value={body.roles} options={(roles.data ?? []).map((role) => ({ value: role.key, label: say(role.name, role.key) }))} onChange={(next) => set({ roles: (next as string[] | null) ?? [] })} />}</Field>
          <Field label={t('people.capacity')} hint={t('people.capacity_hint')} error={uncounted ?? problems.capacity}>{(control) => <input {...control} className="xj-input" inputMode="numeric" readOnly={!mayWrite} value={capacity} onChange={(event) => setCapacity(event.target.value)} />}</Field>
          {input('phone')}{input('email')}
          {mayWrite && <div className="xj-form__foot"><Button type="submit" kind="primary" reason={body.name.trim() ? undefined : t('people.needs_name')} disabled={save.isPending}>{t('common.save')}</Button></div>}
        </form>
        {person && !person.left_on && <div><SeeAsButton person={person.id} name={person.name} /></div>}
        {person && !person.left_on && mayWrite && <><InviteForm person={person} /><AbsenceForm person={person} /><LeaveForm person={person} onDone={onClose} /></>}
      </div>
    </Drawer>
  )
}

function InviteForm({ person }: { person: PersonRow }) {
  const { t, tongue } = useTongue()
  const [login, setLogin] = useState(person.phone ?? person.email ?? '')
  const let_in = useAdmin(invite)
  return (
    <section className="xj-stack-8" aria-label={t('people.invite')}>
      <h3>{t('people.invite')}</h3>
      {person.login ? <p className="xj-second">{t('people.has_login', { login: person.login })}</p> : (
        <form className="xj-form" onSubmit={(event) => { event.preventDefault(); if (login.trim()) let_in.mutate({ person: person.id, login: login.trim() }) }}>
          <Field label={t('sign_in.login')} error={let_in.error ? errorText(let_in.error, t, tongue) : undefined}>{(control) => <input {...control} className="xj-input" value={login} onChange={(event) => setLogin(event.target.value)} />}</Field>
          <div><Button type="submit" icon="send" disabled={let_in.isPending} reason={login.trim() ? undefined : t('people.needs_login')}>{t('people.do_invite')}</Button></div>
        </form>
      )}
      {let_in.data && <Notice kind="done">{let_in.data.password ? <>{t('people.first_password')} <code className="xj-code">{let_in.data.password}</code></> : t('people.known_login')}</Notice>}
    </section>
  )
}

function AbsenceForm({ person }: { person: PersonRow }) {
  const { t, tongue } = useTongue()
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const [reason, setReason] = useState('')
  const absences = useAbsences()
  const add = useAdmin(saveAbsence)
  const drop = useAdmin(dropAbsence)
  const mine = absences.data?.rows.filter((row) => row.person === person.id) ?? []
  const ready = from && to && to >= from
  const put = () => add.mutate({ person: person.id, starts: fromLocalInput(`${from}T00:00`)!, ends: fromLocalInput(`${to}T23:59`)!, reason }, { onSuccess: () => { setFrom(''); setTo(''); setReason('') } })
  return (
    <section className="xj-stack-8" aria-label={t('people.absence')}>
      <h3>{t('people.absence')}</h3>
      {mine.map((row) => <div key={row.id} className="xj-line"><span className="xj-grow">{exact(row.starts).slice(0, 10)} – {exact(row.ends).slice(0, 10)} {row.reason}</span><Button size="small" onClick={() => drop.mutate(row.id)}>{t('people.drop_absence')}</Button></div>)}
      <div className="xj-form--two">
        <Field label={t('people.from')}>{(control) => <DateBox id={control.id} label={t('people.from')} value={from} onChange={setFrom} />}</Field>
        <Field label={t('people.to')} error={from && to && to < from ? t('people.to_before_from') : undefined}>{(control) => <DateBox id={control.id} label={t('people.to')} value={to} onChange={setTo} />}</Field>
      </div>
      <Field label={t('people.reason')} error={add.error ? errorText(add.error, t, tongue) : undefined}>{(control) => <input {...control} className="xj-input" value={reason} onChange={(event) => setReason(event.target.value)} />}</Field>
      <div><Button reason={ready ? undefined : t('people.needs_days')} disabled={add.isPending} onClick={put}>{t('people.add_absence')}</Button></div>
    </section>
  )
}

function LeaveForm({ person, onDone }: { person: PersonRow; onDone: () => void }) {
  const { t, tongue } = useTongue()
  const [asked, setAsked] = useState(false)
  const go = useAdmin(leave)
  return (
    <section className="xj-stack-8" aria-label={t('people.leave')}>
      <h3>{t('people.leave')}</h3>
      <p className="xj-second">{t('people.leave_help')}</p>
      {go.error && <Notice kind="error">{errorText(go.error, t, tongue)}</Notice>}
      <div className="xj-line">{asked
        ? <><Button kind="danger" disabled={go.isPending} onClick={() => go.mutate({ id: person.id, on: dayOf(clockNow()) }, { onSuccess: onDone })}>{t('people.leave_sure', { name: person.name })}</Button><Button kind="ghost" onClick={() => setAsked(false)}>{t('common.cancel')}</Button></>
        : <Button kind="danger" icon="out" onClick={() => setAsked(true)}>{t('people.leave_do')}</Button>}</div>
    </section>
  )
}
