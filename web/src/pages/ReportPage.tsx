/** Reports of a day or a week: mine, and for whoever has people below, the team's on one page. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { MyReport } from '@/features/daily/MyReport'
import type { Period } from '@/features/daily/queries'
import { TeamReports } from '@/features/daily/TeamReports'
import { useNow } from '@/lib/clock'
import { useTongue } from '@/lib/text'
import { dayOf } from '@/lib/time'
import { useMe } from '@/metadata/session'
import { Page } from '@/ui/Page'
import { Tabs } from '@/ui/Tabs'
import { looksAfterOthers } from './WorkbenchPage'
import './workbench.css'

export default function ReportPage() {
  const { t } = useTongue()
  const me = useMe()
  const search = useSearch({ strict: false }) as { period?: Period; day?: string; whose?: 'mine' | 'team' }
  const navigate = useNavigate()
  const others = looksAfterOthers(me?.roles ?? [])
  const whose = search.whose ?? (others ? 'team' : 'mine')
  const period = search.period ?? 'day'
  const today = dayOf(useNow(60_000))
  const go = (more: object) => void navigate({ to: '/report', search: { ...search, ...more } as never, replace: true })
  return (
    <Page title={t('reports.nav')}>
      <div className="xj-line">
        {others && <Tabs label={t('reports.nav')} value={whose} onChange={(key) => go({ whose: key })} tabs={[{ key: 'team', label: t('reports.team') }, { key: 'mine', label: t('reports.mine') }]} />}
        <Tabs label={t('reports.period')} value={period} onChange={(key) => go({ period: key })} tabs={[{ key: 'day', label: t('reports.day') }, { key: 'week', label: t('reports.week') }]} />
        <input type="date" className="xj-input" style={{ width: 160 }} aria-label={t('reports.day_of')} max={today} value={search.day ?? today} onChange={(event) => go({ day: event.target.value || undefined })} />
      </div>
      {whose === 'team' ? <TeamReports period={period} day={search.day} /> : <MyReport period={period} day={search.day} />}
    </Page>
  )
}
