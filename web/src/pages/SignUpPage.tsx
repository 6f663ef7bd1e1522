/** Making a workspace of one's own: the form, then its progress, then straight in. */
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { Founding } from '@/features/founding/Founding'
import { useProgress, useTemplates, type SignUp } from '@/features/founding/queries'
import { SignUpForm } from '@/features/founding/SignUpForm'
import { useSignIn, useSignUpOpen } from '@/features/session/queries'
import { SignInForm } from '@/features/session/SignInForm'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { Button } from '@/ui/Button'
import { Empty } from '@/ui/Empty'
import '@/features/founding/founding.css'

export default function SignUpPage() {
  const { t } = useTongue()
  const open = useSignUpOpen()
  const templates = useTemplates()
  const [queued, setQueued] = useState<{ ticket: string; typed: SignUp } | null>(null)
  return (
    <main className="xj-signup-page">
      <div><h1 className="xj-headline">{t('sign_up.title')}</h1><p className="xj-second">{t('sign_up.lead')}</p></div>
      {open.data && !open.data.open ? <Empty icon="lock" title={t('sign_up.closed')} action={<a className="xj-btn" href="/sign-in">{t('sign_up.to_sign_in')}</a>}>{t('sign_up.closed_help')}</Empty>
        : !open.data || !templates.data ? <QueryState query={open.error ? open : templates} />
        : (
          <>
            <div hidden={Boolean(queued)}><SignUpForm templates={templates.data.rows} onQueued={(ticket, typed) => setQueued({ ticket, typed })} /></div>
            {queued && <Founding ticket={queued.ticket} onAgain={() => setQueued(null)}><Enter ticket={queued.ticket} typed={queued.typed} /></Founding>}
          </>
        )}
    </main>
  )
}

/** Signs in with what was typed; a login with a second factor is asked for it. */
function Enter({ ticket, typed }: { ticket: string; typed: SignUp }) {
  const { t } = useTongue()
  const navigate = useNavigate()
  const progress = useProgress(ticket)
  const signIn = useSignIn()
  const workspace = progress.data?.workspace
  const go = () => void navigate({ to: typed.template ? '/roadmap' : '/', replace: true } as never)
  const enter = signIn.mutate
  useEffect(() => { if (workspace) enter({ login: typed.login.trim(), password: typed.password, workspace }, { onSuccess: go }) }, [workspace]) // eslint-disable-line
  if (signIn.error && workspace) return <div className="xj-stack"><p>{t('sign_up.ready')}</p><SignInForm login={typed.login.trim()} workspace={workspace} onDone={go} /></div>
  return <div className="xj-stack" role="status"><p>{t('sign_up.ready')}</p><Button kind="primary" disabled>{t('sign_up.entering')}</Button></div>
}
