/** Process audits: the officer's queue. */
import { QueueView } from '@/features/audits/QueueView'
import { useTongue } from '@/lib/text'
import { Page } from '@/ui/Page'

export default function AuditsPage() {
  const { t } = useTongue()
  return <Page title={t('audits.title')}><QueueView /></Page>
}
