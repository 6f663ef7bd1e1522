/** The radar: open risks of what one sees, and how often each rule was right. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { RiskBoard } from '@/features/radar/RiskBoard'
import { RuleTable } from '@/features/radar/RuleTable'
import { useTongue } from '@/lib/text'
import { useMe } from '@/metadata/session'
import { Page } from '@/ui/Page'
import { Tabs } from '@/ui/Tabs'

export default function RisksPage() {
  const { t } = useTongue()
  const navigate = useNavigate()
  const figures = useMe()?.rights?.some((right) => right === 'metrics.read' || right === '*')
  const search = useSearch({ strict: false }) as { rule?: string; show?: string }
  const go = (next: Record<string, string | undefined>) => void navigate({ to: '/risks', search: { ...search, ...next } as never, replace: true })
  return (
    <Page title={t('radar.title')}>
      {figures && <Tabs label={t('radar.title')} tabs={[{ key: 'open', label: t('radar.tab_open') }, { key: 'rules', label: t('radar.tab_rules') }]} value={search.show === 'rules' ? 'rules' : 'open'} onChange={(key) => go({ show: key === 'rules' ? 'rules' : undefined, rule: undefined })} />}
      {search.show === 'rules' && figures ? <><h1 className="xj-sr">{t('radar.title')}</h1><RuleTable /></> : <RiskBoard rule={search.rule} silenced={search.show === 'silenced'} onPick={(rule, silenced) => go({ rule, show: silenced ? 'silenced' : undefined })} />}
    </Page>
  )
}
