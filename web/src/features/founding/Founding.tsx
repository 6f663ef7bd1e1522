/** The workspace being made: which step runs, how many are done, and what to do when it failed. */
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import { useProgress } from './queries'

export function Founding({ ticket, onAgain, children }: { ticket: string; onAgain: () => void; children: React.ReactNode }) {
  const { t } = useTongue()
  const { data, error } = useProgress(ticket)
  if (data?.status === 'failed' || error) {
    return <div className="xj-stack"><Notice kind="error">{t('sign_up.failed')}</Notice><Button kind="primary" onClick={onAgain}>{t('sign_up.again')}</Button></div>
  }
  if (data?.status === 'done') return <>{children}</>
  const [step = 'queued', what = ''] = (data?.step ?? 'queued').split(':')
  const total = data?.steps || 5
  return (
    <div className="xj-stack" role="status">
      <h2>{t('sign_up.making')}</h2>
      <progress className="xj-founding__progress" max={total} value={data?.steps_done ?? 0} aria-label={t('sign_up.making')} />
      <p className="xj-second">{t(`sign_up.step.${step}`, { what })}</p>
    </div>
  )
}
