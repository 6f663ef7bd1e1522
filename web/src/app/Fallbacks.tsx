/** What stands for a whole page while it loads, when it fails or does not exist. */
import { Link, useRouter } from '@tanstack/react-router'
import { errorText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty, Skeleton } from '@/ui/Empty'
import { Page } from '@/ui/Page'

export function Pending() {
  const { t } = useTongue()
  return <div className="xj-page"><Card flush><Skeleton rows={8} label={t('common.loading')} /></Card></div>
}

export function Failed({ error }: { error: unknown }) {
  const { t, tongue } = useTongue()
  const router = useRouter()
  return <div className="xj-page"><Card flush><Empty icon="alert" title={t('common.failed')} action={<Button icon="refresh" onClick={() => { void router.invalidate(); location.reload() }}>{t('common.try_again')}</Button>}>{errorText(error, t, tongue)}</Empty></Card></div>
}

export function NotFound() {
  const { t } = useTongue()
  return <div className="xj-page"><Card flush><Empty icon="search" title={t('common.not_found')} action={<Link to="/">{t('nav.workbench')}</Link>}>{t('common.not_found_help')}</Empty></Card></div>
}

/** An address that leads nowhere, inside the frame: everything else is one press away. */
export function Missing() {
  const { t } = useTongue()
  const router = useRouter()
  return (
    <Page title={t('common.no_page')} back="/">
      <Card flush><Empty icon="search" title={t('common.no_page')} action={<span className="xj-line"><Button onClick={() => router.history.back()}>{t('common.go_back')}</Button><Link to="/" className="xj-btn">{t('nav.workbench')}</Link></span>}>{t('common.no_page_help')}</Empty></Card>
    </Page>
  )
}
