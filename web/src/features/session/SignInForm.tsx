/** Sign-in: login and password, then a code when the login has one, then the workspace when there are several. */
import { useState } from 'react'
import { ApiError } from '@/lib/api'
import { errorText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { useSignIn, type Credentials } from './queries'

type Step = 'password' | 'totp' | 'workspace'
interface Choice { key: string; name: string }

/** What a refusal asks for next, if anything. */
export function nextStep(error: unknown): Step | null {
  if (!(error instanceof ApiError)) return null
  if (/totp_(needed|required)|needs_totp/.test(error.code)) return 'totp'
  if (/workspace_(needed|required|choice)|choose_workspace/.test(error.code)) return 'workspace'
  return null
}

export function SignInForm({ login: fixed, workspace, onDone }: { login?: string; workspace?: string; onDone: () => void }) {
  const { t, tongue } = useTongue()
  const [login, setLogin] = useState(fixed ?? '')
  const [password, setPassword] = useState('')
  const [totp, setTotp] = useState('')
  const [step, setStep] = useState<Step>('password')
  const [choices, setChoices] = useState<Choice[]>([])
  const signIn = useSignIn()
  const send = (extra: Partial<Credentials> = {}) => signIn.mutate({ login: login.trim(), password, ...(totp ? { totp: totp.trim() } : {}), ...(workspace ? { workspace } : {}), ...extra }, {
    onSuccess: onDone,
    onError: (error) => {
      const next = nextStep(error)
      if (!next) return
      if (error instanceof ApiError && Array.isArray(error.data.workspaces)) setChoices(error.data.workspaces as Choice[])
      setStep(next)
    },
  })
  const asked = nextStep(signIn.error)
  const shown = signIn.error && !(asked && asked === step && !(asked === 'totp' && totp)) ? signInError(signIn.error, t, tongue) : ''
  if (step === 'workspace') {
    return (
      <div className="xj-form" role="group" aria-label={t('sign_in.choose')}>
        <p className="xj-second">{t('sign_in.choose')}</p>
        {choices.map((choice) => <Button key={choice.key} size="large" block disabled={signIn.isPending} onClick={() => send({ workspace: choice.key })}>{choice.name}</Button>)}
      </div>
    )
  }
  return (
    <form className="xj-form" onSubmit={(event) => { event.preventDefault(); send() }}>
      {shown && <Notice kind="error">{shown}</Notice>}
      {step === 'password' ? (
        <>
          <Field label={t('sign_in.login')}>{(control) => <input {...control} className="xj-input xj-input--tall" autoComplete="username" autoFocus={!fixed} readOnly={Boolean(fixed)} value={login} onChange={(event) => setLogin(event.target.value)} />}</Field>
          <Field label={t('sign_in.password')}>{(control) => <input {...control} className="xj-input xj-input--tall" type="password" autoComplete="current-password" autoFocus={Boolean(fixed)} value={password} onChange={(event) => setPassword(event.target.value)} />}</Field>
        </>
      ) : (
        <Field label={t('sign_in.totp')} hint={t('sign_in.totp_hint')}>{(control) => <input {...control} className="xj-input xj-input--tall" inputMode="numeric" autoComplete="one-time-code" autoFocus maxLength={8} value={totp} onChange={(event) => setTotp(event.target.value)} />}</Field>
      )}
      <Button type="submit" kind="primary" size="large" block disabled={signIn.isPending} reason={!login || !password ? t('sign_in.fill') : undefined}>{t('sign_in.do')}</Button>
    </form>
  )
}

function signInError(error: unknown, t: ReturnType<typeof useTongue>['t'], tongue: ReturnType<typeof useTongue>['tongue']): string {
  if (error instanceof ApiError) {
    const seconds = Number(error.data.retry_after ?? error.data.seconds ?? 0)
    if (/locked|lock_out/.test(error.code) || error.status === 429) return t('sign_in.locked', { minutes: Math.max(1, Math.ceil((seconds || 60) / 60)) })
    if (nextStep(error) === 'totp' || /totp/.test(error.code)) return t('sign_in.totp_wrong')
    if (error.status === 401 || error.status === 403) return t('sign_in.wrong')
  }
  return errorText(error, t, tongue)
}
