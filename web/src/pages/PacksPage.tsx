/** Definitions come in and go out as packs. */
import { useTongue } from '@/lib/text'
import { Page } from '@/ui/Page'

export default function PacksPage() {
  const { t } = useTongue()
  return <Page title={t('studio.packs')} back="/settings"><h1 className="xj-headline">{t('studio.packs')}</h1></Page>
}
