/** What the process says when it is counted: losses, leaks, coverage, approval steps, diligence. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { DiligenceView } from '@/features/coach/DiligenceView'
import { CoverageView } from '@/features/quality/CoverageView'
import { LeakView } from '@/features/quality/LeakView'
import { LossView } from '@/features/quality/LossView'
import { StepView } from '@/features/quality/StepView'
import { useTongue } from '@/lib/text'
import { useMe } from '@/metadata/session'
import { Page } from '@/ui/Page'
import { Tabs } from '@/ui/Tabs'

const VIEWS = ['losses', 'leaks', 'coverage', 'steps', 'diligence'] as const
type View = (typeof VIEWS)[number]
const WINDOWS = [90, 180, 365]

export default function QualityPage() {
  const { t } = useTongue()
  const navigate = useNavigate()
  const rights = useMe()?.rights ?? []
  const search = useSearch({ strict: false }) as { view?: View; days?: string }
  const figures = rights.includes('metrics.read') || rights.includes('*')
  const views = VIEWS.filter((each) => each === 'diligence' || figures)
  const view = views.includes(search.view as View) ? search.view! : views[0]!
  const days = WINDOWS.includes(Number(search.days)) ? Number(search.days) : 180
  const go = (next: Record<string, string>) => void navigate({ to: '/quality', search: { ...search, ...next } as never, replace: true })
  const windowed = view !== 'diligence' && view !== 'coverage'
  return (
    <Page title={t('quality.title')}>
      <h1 className="xj-sr">{t('quality.title')}</h1>
      <div className="xj-line"><Tabs label={t('quality.title')} tabs={views.map((key) => ({ key, label: t(`quality.view.${key}`) }))} value={view} onChange={(key) => go({ view: key })} />
        {windowed && <select className="xj-input" style={{ width: 'auto' }} aria-label={t('quality.window')} value={days} onChange={(event) => go({ days: event.target.value })}>{WINDOWS.map((each) => <option key={each} value={each}>{t('quality.days', { count: each })}</option>)}</select>}</div>
      {view === 'losses' && <LossView days={days} />}
      {view === 'leaks' && <LeakView days={days} />}
      {view === 'coverage' && <CoverageView />}
      {view === 'steps' && <StepView days={days} />}
      {view === 'diligence' && <DiligenceView />}
    </Page>
  )
}
