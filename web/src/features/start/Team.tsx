/** Inviting the people the sheets named, who sees what in one picture, and the way out with everything. */
import { useState } from 'react'
import { errorText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Field } from '@/ui/Field'
import { useInvite, usePeople, type PersonRow } from './queries'
import './start.css'

export function Team() {
  const { t } = useTongue()
  const query = usePeople()
  const waiting = (query.data?.rows ?? []).filter((each) => !each.login && !each.left_on)
  return (
    <div className="xj-split">
      <Card flush title={t('start.invite_head', { count: waiting.length })}>
        {!query.data ? <QueryState query={query} rows={5} /> : waiting.length === 0 ? <Empty icon="tick" title={t('start.all_in')} /> : <ul className="xj-invites">{waiting.slice(0, 200).map((person) => <Invite key={person.id} person={person} />)}</ul>}
      </Card>
      <Card title={t('start.who_sees')}>
        <ul className="xj-sees" aria-label={t('start.who_sees')}>{(['rep', 'supervisor', 'director'] as const).map((role, at) => <li key={role} style={{ marginInline: `${(2 - at) * 32}px` }}><strong>{t(`start.sees.${role}`)}</strong><span className="xj-small">{t(`start.sees.${role}_what`)}</span></li>)}</ul>
        <p className="xj-small xj-muted">{t('start.sees_note')}</p>
      </Card>
    </div>
  )
}

/** Somebody who signs in with a password of their own already. */
const KNOWN = '='

function Invite({ person }: { person: PersonRow }) {
  const { t, tongue } = useTongue()
  const invite = useInvite()
  const [login, setLogin] = useState(person.phone ?? person.email ?? '')
  const [password, setPassword] = useState<string | null>(null)
  return (
    <li data-invite={person.name}>
      <strong>{person.name}</strong>
      {password ? <span>{password === KNOWN ? t('start.own_password') : <>{t('start.first_password')} <code className="xj-code">{password}</code></>}</span> : (
        <form className="xj-line-nowrap" onSubmit={(event) => { event.preventDefault(); invite.mutate({ person: person.id, login: login.trim() }, { onSuccess: (made) => setPassword(made.password ?? KNOWN) }) }}>
          <Field label={t('start.login_of', { name: person.name })} quiet error={invite.error ? errorText(invite.error, t, tongue) : undefined}>{(control) => <input {...control} className="xj-input" value={login} onChange={(event) => setLogin(event.target.value)} placeholder={t('start.phone_or_mail')} />}</Field>
          <Button type="submit" disabled={!login.trim() || invite.isPending}>{t('start.invite')}</Button>
        </form>
      )}
    </li>
  )
}
