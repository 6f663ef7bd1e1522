/** Sign-in: login and password, then a code when the login has one, then the workspace when there are several. */
import { useState } from 'react'
import { ApiError } from '@/lib/api'
import { errorText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { useEnterWorkspace, useSignIn, type Credentials } from './queries'

type Step = 'password' | 'totp' | 'workspace'

/** What a refusal asks for next, if anything. */
export function nextStep(error: unknown): 'totp' | null {
  if (!(error instanceof ApiError)) return null
  return error.code === 'login.totp_needed' ? 'totp' : null
}

export function SignInForm({ login: fixed, workspace, onDone }: { login?: string; workspace?: string; onDone: () => void }) {
  const { t, tongue } = useTongue()
  const [login, setLogin] = useState(fixed ?? '')
  const [password, setPassword] = useState('')
  const [totp, setTotp] = useState('')
  const [step, setStep] = useState<Step>('password')
  const [empty, setEmpty] = useState(false)
  const signIn = useSignIn()
  const enter = useEnterWorkspace()
  const [choices, setChoices] = useState<{ key: string; name: string }[]>([])
  const send = (extra: Partial<Credentials> = {}) => signIn.mutate({ login: login.trim(), password, ...(totp ? { totp: totp.trim() } : {}), ...(workspace ? { workspace } : {}), ...extra }, {
    onSuccess: (session) => { if (!workspace && session.workspaces.length > 1) { setChoices(session.workspaces); setStep('workspace') } else onDone() },
    onError: (error) => {
      const next = nextStep(error)
      if (next) setStep(next)
    },
  })
  const asked = nextStep(signIn.error)
  const shown = signIn.error && !(asked && asked === step && !(asked === 'totp' && totp)) ? signInError(signIn.error, step === 'totp', t, tongue) : ''
  if (step === 'workspace') {
    return (
      <div className="xj-form" role="group" aria-label={t('sign_in.choose')}>
        <p className="xj-second">{t('sign_in.choose')}</p>
        {choices.map((choice) => <Button key={choice.key} size="large" block disabled={enter.isPending} onClick={() => enter.mutate(choice.key, { onSuccess: onDone })}>{choice.name}</Button>)}
      </div>
    )
  }
  return (
    <form className="xj-form" noValidate onSubmit={(event) => { event.preventDefault(); if (login.trim() && password) { setEmpty(false); send() } else setEmpty(true) }}>
      {shown && !empty && <Notice kind="error">{shown}</Notice>}
      {step === 'password' ? (
        <>
          <Field label={t('sign_in.login')} error={empty && !login.trim() ? t('sign_in.fill_login') : undefined}>{(control) => <input {...control} className="xj-input xj-input--tall" autoComplete="username" autoFocus={!fixed} readOnly={Boolean(fixed)} value={login} onChange={(event) => setLogin(event.target.value)} />}</Field>
          <Field label={t('sign_in.password')} error={empty && !password ? t('sign_in.fill_password') : undefined}>{(control) => <input {...control} className="xj-input xj-input--tall" type="password" autoComplete="current-password" autoFocus={Boolean(fixed)} value={password} onChange={(event) => setPassword(event.target.value)} />}</Field>
        </>
      ) : (
        <Field label={t('sign_in.totp')} hint={t('sign_in.totp_hint')}>{(control) => <input {...control} className="xj-input xj-input--tall" inputMode="numeric" autoComplete="one-time-code" autoFocus maxLength={8} value={totp} onChange={(event) => setTotp(event.target.value)} />}</Field>
      )}
      <Button type="submit" kind="primary" size="large" block disabled={signIn.isPending}>{t('sign_in.do')}</Button>
    </form>
  )
}

function signInError(error: unknown, withCode: boolean, t: ReturnType<typeof useTongue>['t'], tongue: ReturnType<typeof useTongue>['tongue']): string {
  if (error instanceof ApiError) {
    const seconds = Number(error.data.retry_after ?? error.data.seconds ?? 0)
    if (error.code === 'login.locked' || error.status === 429) return t('sign_in.locked', { minutes: Math.max(1, Math.ceil((seconds || 60) / 60)) })
    if (error.code === 'login.refused') return t(withCode ? 'sign_in.totp_wrong' : 'sign_in.wrong')
  }
  return errorText(error, t, tongue)
}
