/** The sign-in screen. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useSignUpOpen } from '@/features/session/queries'
import { SignInForm } from '@/features/session/SignInForm'
import { setLanguage } from '@/lib/i18n'
import { safeNext } from '@/lib/nextPath'
import { queryClient } from '@/lib/query'
import { useTongue } from '@/lib/text'
import { homePath } from '@/metadata/home'
import { sessionQuery } from '@/metadata/session'
import { Button } from '@/ui/Button'

export default function SignInPage() {
  const { t, tongue } = useTongue()
  const navigate = useNavigate()
  const open = useSignUpOpen().data?.open ?? false
  const { next } = useSearch({ strict: false }) as { next?: string }
  const enter = async () => {
    const asked = safeNext(next, location.origin)
    await navigate({ href: asked === '/' ? homePath(await queryClient.fetchQuery(sessionQuery)) : asked, replace: true })
  }
  return (
    <main className="xj-signin">
      <div className="xj-signin__card xj-card">
        <div>
          <h1 className="xj-signin__brand">{t('brand')}</h1>
          <p className="xj-second">{t('sign_in.lead')}</p>
        </div>
        <SignInForm onDone={() => void enter()} />
        <div className="xj-line">{open && <a className="xj-btn xj-btn--ghost" href="/sign-up">{t('sign_in.make_own')}</a>}<Button kind="ghost" icon="globe" onClick={() => void setLanguage(tongue === 'en' ? 'zh-CN' : 'en')}>{t('sign_in.other_language')}</Button></div>
      </div>
    </main>
  )
}
