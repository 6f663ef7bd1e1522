/** 销售管理健康度诊断报告 of any workspace, at any time. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { DiagnosisReport } from '@/features/diagnosis/DiagnosisReport'
import { DormantList } from '@/features/diagnosis/DormantList'
import { useTongue } from '@/lib/text'
import { Page } from '@/ui/Page'

export default function DiagnosisPage() {
  const { t } = useTongue()
  const navigate = useNavigate()
  const { show } = useSearch({ strict: false }) as { show?: string }
  const go = (next: string | null) => void navigate({ to: '/diagnosis', search: (next ? { show: next } : {}) as never })
  return <Page title={t('nav.diagnosis')}>{show === 'dormant' ? <DormantList onBack={() => go(null)} /> : <><h1 className="xj-headline">{t('diag.title')}</h1><DiagnosisReport onDormant={() => go('dormant')} /></>}</Page>
}
