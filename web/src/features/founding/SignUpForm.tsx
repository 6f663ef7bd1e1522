/** Signing up: who, which organisation, what it starts from. Nothing typed is lost when the server finds a fault. */
import { useRef, useState } from 'react'
import { problemsByField, errorText } from '@/lib/errors'
import { ApiError } from '@/lib/api'
import { useDraft } from '@/lib/drafts'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { Tabs } from '@/ui/Tabs'
import { useSignUp, type SignUp, type Size, type Template } from './queries'
import { TemplateGallery } from './TemplateGallery'

const SIZES: Size[] = ['s', 'm', 'l']
/** Everything but the password, which no browser keeps. */
const EMPTY: Omit<SignUp, 'password'> = { organisation: '', person: '', login: '', template: null, size: 'm', sample: true }

export function SignUpForm({ templates, onQueued }: { templates: Template[]; onQueued: (ticket: string, typed: SignUp) => void }) {
  const { t, tongue } = useTongue()
  const draft = useDraft('sign_up', EMPTY)
  const [password, setPassword] = useState('')
  const typed: SignUp = { ...draft.value, password }
  const signUp = useSignUp()
  const form = useRef<HTMLFormElement>(null)
  /** The first field that is wrong gets the cursor, so that nobody looks for it. */
  const showFault = () => setTimeout(() => form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus(), 50)
  const wrong = problemsByField(signUp.error, t, tongue)
  const set = <K extends keyof SignUp>(key: K, value: SignUp[K]) => (key === 'password' ? setPassword(String(value)) : draft.set((now) => ({ ...now, [key]: value })))
  const line = (key: 'organisation' | 'person' | 'login' | 'password', more: React.InputHTMLAttributes<HTMLInputElement> = {}) => (
    <Field label={t(`sign_up.${key}`)} required error={wrong[key]} hint={t(`sign_up.${key}_hint`, { defaultValue: '' }) || undefined}>
      {(control) => <input {...control} {...more} className="xj-input xj-input--tall" value={typed[key]} onChange={(event) => set(key, event.target.value)} />}
    </Field>
  )
  const other = signUp.error && !(signUp.error instanceof ApiError && signUp.error.problems.length) ? errorText(signUp.error, t, tongue) : ''
  return (
    <form ref={form} className="xj-signup" noValidate onSubmit={(event) => { event.preventDefault(); signUp.mutate({ ...typed, sample: typed.sample && typed.template !== null }, { onSuccess: ({ ticket }) => { draft.drop(); onQueued(ticket, typed) }, onError: showFault }) }}>
      {other && <Notice kind="error">{other}</Notice>}
      {Object.keys(wrong).length > 0 && <Notice kind="error">{t('sign_up.mend', { count: Object.keys(wrong).length })}</Notice>}
      <div className="xj-signup__who">
        {line('organisation', { autoComplete: 'organization', autoFocus: true })}
        {line('person', { autoComplete: 'name' })}
        {line('login', { autoComplete: 'username', inputMode: 'email' })}
        {line('password', { autoComplete: 'new-password', type: 'password' })}
      </div>
      <fieldset className="xj-signup__part">
        <legend>{t('sign_up.size')}</legend>
        <Tabs label={t('sign_up.size')} value={typed.size} onChange={(size) => set('size', size)} tabs={SIZES.map((key) => ({ key, label: t(`sign_up.sizes.${key}`) }))} />
      </fieldset>
      <fieldset className="xj-signup__part">
        <legend>{t('sign_up.template')}</legend>
        <TemplateGallery templates={templates} size={typed.size} chosen={typed.template} onChoose={(template) => set('template', template)} />
      </fieldset>
      {typed.template && (
        <label className="xj-signup__sample"><input type="checkbox" checked={typed.sample} onChange={(event) => set('sample', event.target.checked)} /><span><strong>{t('sign_up.sample')}</strong><br /><span className="xj-second">{t('sign_up.sample_hint')}</span></span></label>
      )}
      <Button type="submit" kind="primary" size="large" disabled={signUp.isPending}>{t('sign_up.do')}</Button>
    </form>
  )
}
