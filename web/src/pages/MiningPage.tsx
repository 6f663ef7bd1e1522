/** How things really went: the discovered flow, its ways, bottlenecks, delayed cases, groups, and the sandbox; of an object or an imported log. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useMemo, useState } from 'react'
import { ImportLog } from '@/features/mining/ImportLog'
import { useChart, useLogs, type LogOf } from '@/features/mining/queries'
import { Sandbox } from '@/features/mining/Sandbox'
import { Bottlenecks, DelayedView, GroupsView, useDimensions, Ways } from '@/features/mining/Tables'
import { useNames } from '@/features/mining/FlowMap'
import { useTongue } from '@/lib/text'
import FilterBar from '@/metadata/FilterBar'
import { QueryState } from '@/metadata/QueryState'
import { objectMeta, useSchema } from '@/metadata/schema'
import { useRight } from '@/metadata/session'
import { useValues } from '@/metadata/useValues'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Empty, Skeleton } from '@/ui/Empty'
import { Dialog } from '@/ui/heavy'
import { Page } from '@/ui/Page'
import { Tabs } from '@/ui/Tabs'
import '@/features/mining/mining.css'
import '@/metadata/records.css'

const FlowMap = lazy(() => import('@/features/mining/FlowMap'))
const TABS = ['chart', 'ways', 'bottlenecks', 'delayed', 'groups', 'sandbox'] as const
type Tab = (typeof TABS)[number]
const COVERAGE = [0.8, 0.95, 1]

interface Search { of?: string; log?: string; f?: string; tab?: string }

export default function MiningPage() {
  const { t, say } = useTongue()
  const search = useSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const { data: schema } = useSchema()
  const may = useRight('metrics.read')
  const mayImport = useRight('import')
  const [coverage, setCoverage] = useState(1)
  const [bringing, setBringing] = useState(false)
  const logs = useLogs()
  const put = (next: Search) => void navigate({ to: '/mining', search: Object.fromEntries(Object.entries({ ...search, ...next }).filter(([, value]) => value)) as never, replace: true, resetScroll: false })
  const objects = schema?.objects.filter((each) => each.can?.read !== false && each.fields.some((field) => field.key === 'stage' || field.key === 'status') && each.key !== 'task') ?? []
  const object = search.of ?? (objects.some((each) => each.key === 'deal') ? 'deal' : (objects[0]?.key ?? 'deal'))
  const of: LogOf = useMemo(() => (search.log ? { log: search.log } : { object, ...(search.f ? { filter: search.f } : {}) }), [search.log, search.f, object])
  const query = useChart(of, coverage)
  const chart = query.data
  const meta = useMemo(() => (schema && !search.log ? objectMeta(schema, object) : null), [schema, object, search.log])
  const related = useMemo(() => (schema && meta ? [...meta.fields.values()].flatMap((field) => (field.kind === 'relation' && field.to ? (objectMeta(schema, field.to) ?? []) : [])) : []), [schema, meta])
  const dimensions = useDimensions(of, meta, logs.data?.find((each) => each.key === search.log)?.fields ?? [], related)
  const context = useValues()
  const nameOf = useNames(chart)
  const tab: Tab = TABS.includes(search.tab as Tab) ? (search.tab as Tab) : 'chart'
  const first = chart?.bottlenecks.by_total[0]
  if (!may) return <Page title={t('nav.mining')}><h1 className="xj-sr">{t('nav.mining')}</h1><Card><Empty icon="lock" title={t('common.no_permission')}>{t('common.no_permission_help')}</Empty></Card></Page>
  return (
    <Page title={t('nav.mining')}>
      <div className="xj-page__head">
        <h1>{!chart ? t('nav.mining') : !first || (first.share ?? 0) < 0.01 ? t('mining.head_ways', { cases: chart.cases.toLocaleString('en-US'), variants: chart.variants.toLocaleString('en-US') }) : t('mining.head', { from: nameOf(first.from), to: nameOf(first.to), share: `${Math.round((first.share ?? 0) * 100)}%` })}</h1>
        {mayImport && <div className="xj-page__actions"><Button icon="upload" onClick={() => setBringing(true)}>{t('mining.import')}</Button></div>}
      </div>
      <div className="xj-list__bar">
        <select className="xj-input xj-mine__pick" aria-label={t('mining.which')} value={search.log ? `log:${search.log}` : object} onChange={(event) => { const next = event.target.value; put(next.startsWith('log:') ? { log: next.slice(4), of: '', f: '' } : { of: next, log: '', f: '' }) }}>
          {objects.map((each) => <option key={each.key} value={each.key}>{say(each.name, each.key)}</option>)}
          {logs.data?.map((each) => <option key={each.key} value={`log:${each.key}`}>{t('mining.imported', { name: each.name })}</option>)}
        </select>
        {!search.log && <FilterBar object={object} cel={search.f ?? ''} onChange={(f) => put({ f })} />}
        {chart && <span className="xj-second xj-end" data-cases={chart.cases}>{t('mining.counts', { cases: chart.cases.toLocaleString('en-US'), events: chart.events.toLocaleString('en-US'), variants: chart.variants.toLocaleString('en-US') })}</span>}
      </div>
      {chart?.capped && <Notice>{t('mining.capped')}</Notice>}
      <div className="xj-scroll-x"><Tabs label={t('nav.mining')} value={tab} onChange={(next) => put({ tab: next })} tabs={TABS.map((key) => ({ key, label: t(`mining.tab.${key}`) }))} /></div>
      <Card flush label={t(`mining.tab.${tab}`)}>
        {!chart ? <QueryState query={query} rows={8} /> : !chart.cases ? <Empty icon="route" title={t('mining.empty')}>{t('mining.empty_help')}</Empty> : (
          <Suspense fallback={<Skeleton rows={8} label={t('common.loading')} />}>
            {tab === 'chart' && <><div className="xj-mine__tools"><span className="xj-second">{t('mining.coverage')}</span><div className="xj-tabs" role="group" aria-label={t('mining.coverage')}>{COVERAGE.map((each) => <button key={each} type="button" aria-pressed={coverage === each} onClick={() => setCoverage(each)}>{each === 1 ? t('mining.all_ways') : `${each * 100}%`}</button>)}</div><span className="xj-small xj-muted">{t('mining.shown', { ways: chart.shown.variants, cases: chart.shown.cases })}{chart.rework.share ? ` · ${t('mining.rework_share', { share: `${Math.round(chart.rework.share * 100)}%`, count: chart.rework.cases })}` : ''}</span></div><FlowMap chart={chart} /></>}
            {tab === 'ways' && <Ways chart={chart} />}
            {tab === 'bottlenecks' && <Bottlenecks chart={chart} />}
            {tab === 'delayed' && <DelayedView of={of} chart={chart} />}
            {tab === 'groups' && <GroupsView key={JSON.stringify(of)} of={of} chart={chart} dimensions={dimensions} meta={meta} related={related} personOf={context.names.person} />}
            {tab === 'sandbox' && <Sandbox key={JSON.stringify(of)} of={of} chart={chart} dimensions={dimensions} />}
          </Suspense>
        )}
      </Card>
      <Dialog open={bringing} title={t('mining.import')} onClose={() => setBringing(false)}><ImportLog taken={logs.data?.map((each) => each.key) ?? []} onClose={() => setBringing(false)} onDone={(log) => { setBringing(false); put({ log, of: '', f: '' }) }} /></Dialog>
    </Page>
  )
}
