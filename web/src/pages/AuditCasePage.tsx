/** One drawn record with its whole chain. */
import { useNavigate, useParams } from '@tanstack/react-router'
import { ChainView } from '@/features/audits/ChainView'
import { useTongue } from '@/lib/text'
import { Page } from '@/ui/Page'

export default function AuditCasePage() {
  const { t } = useTongue()
  const navigate = useNavigate()
  const { id } = useParams({ strict: false }) as { id: string }
  return <Page title={t('audits.chain')} back="/audits"><ChainView id={id} onJudged={() => void navigate({ to: '/audits' })} /></Page>
}
