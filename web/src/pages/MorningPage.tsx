/** The page of 8:30. */
import { MorningSheet } from '@/features/diagnosis/MorningSheet'
import { useTongue } from '@/lib/text'
import { Page } from '@/ui/Page'

export default function MorningPage() {
  const { t } = useTongue()
  return <Page title={t('nav.morning')}><MorningSheet tomorrow={false} /></Page>
}
