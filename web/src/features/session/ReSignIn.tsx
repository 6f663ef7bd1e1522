/** When the session ends in the middle of something: sign in again in place; what was typed stays. */
import { useEffect, useRef, useState } from 'react'
import { onSignedOut } from '@/lib/api'
import { useTongue } from '@/lib/text'
import { useMe } from '@/metadata/session'
import { Dialog } from '@/ui/heavy'
import { SignInForm } from './SignInForm'

export function ReSignIn() {
  const { t } = useTongue()
  const me = useMe()
  const [open, setOpen] = useState(false)
  const answer = useRef<((done: boolean) => void) | null>(null)
  useEffect(() => {
    onSignedOut(() => new Promise<boolean>((resolve) => { answer.current = resolve; setOpen(true) }))
    return () => onSignedOut(null)
  }, [])
  const close = (done: boolean) => { setOpen(false); answer.current?.(done); answer.current = null }
  return (
    <Dialog title={t('sign_in.again')} open={open} width={400} onClose={() => close(false)}>
      <div className="xj-form">
        <p className="xj-second">{t('sign_in.again_help')}</p>
        <SignInForm {...(me ? { workspace: me.workspace.key } : {})} onDone={() => close(true)} />
      </div>
    </Dialog>
  )
}
