/** Every address of the app and the page behind it; pages load with their route. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router'
import type { Schema } from '@/api/types'
import { ApiError } from '@/lib/api'
import { moreTexts } from '@/lib/i18n'
import { queryClient } from '@/lib/query'
import { sessionQuery } from '@/metadata/session'
import type { ListSearch } from '@/metadata/lists/views'
import { schemaQuery } from '@/metadata/schema'
import { Failed, Missing, NotFound, Pending } from './Fallbacks'
import { FirstVisit } from './FirstVisit'
import { Live } from './Live'
import { Shell } from './shell/Shell'

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound })

const signIn = createRoute({
  getParentRoute: () => root, path: '/sign-in', component: lazyRouteComponent(() => import('@/pages/SignInPage')),
  validateSearch: (search: Record<string, unknown>): { next?: string } => (typeof search.next === 'string' ? { next: search.next } : {}),
})

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    try {
      await queryClient.ensureQueryData(sessionQuery)
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) throw redirect({ to: '/sign-in', search: { next: location.href } })
      throw error
    }
    void queryClient.prefetchQuery(schemaQuery)
  },
  component: () => <><Live /><FirstVisit /><Shell /></>,
  errorComponent: Failed,
})

type PageModule = { default: React.ComponentType }
/** A page whose words are among the first. */
const first = <const P extends string>(path: P, load: () => Promise<PageModule>) => createRoute({ getParentRoute: () => shell, path, component: lazyRouteComponent(load) })
/** Any other page: it comes with the rest of the words. */
const later = (load: () => Promise<PageModule>) => lazyRouteComponent(() => Promise.all([load(), moreTexts()]).then(([module]) => module))
const page = <const P extends string>(path: P, load: () => Promise<PageModule>) => createRoute({ getParentRoute: () => shell, path, component: later(load) })

const text = (search: Record<string, unknown>, keys: string[]) => Object.fromEntries(keys.flatMap((key) => (typeof search[key] === 'string' || typeof search[key] === 'number' ? [[key, String(search[key])]] : [])))
const listSearch = (search: Record<string, unknown>): { view?: string; q?: string; sort?: string; f?: string } => ({
  ...text(search, ['view', 'q', 'sort', 'f']),
})
/** How long a screen waits for its first data before it is drawn with empty places. */
const PATIENCE = 150
type Ahead = { ahead?: (schema: Schema, search: ListSearch, params: Record<string, string>) => Promise<unknown> | undefined }
/** A page whose first data is asked for while the page itself is on its way. */
async function ahead(load: () => Promise<PageModule & Ahead>, search: ListSearch, params: Record<string, string> = {}) {
  const [page, schema] = await Promise.all([load(), queryClient.ensureQueryData(schemaQuery)]).catch(() => [])
  if (schema) await Promise.race([page?.ahead?.(schema, search, params), new Promise((resolve) => { setTimeout(resolve, PATIENCE) })])
}
const benchPage = () => import('@/pages/WorkbenchPage')
const leadsPage = () => import('@/pages/LeadsPage')
const recordsPage = () => import('@/pages/RecordsPage')
const leads = createRoute({ getParentRoute: () => shell, path: '/leads', component: lazyRouteComponent(leadsPage), validateSearch: listSearch, loader: ({ location }) => ahead(leadsPage, location.search) })
const records = createRoute({ getParentRoute: () => shell, path: '/records/$object', component: lazyRouteComponent(recordsPage), validateSearch: listSearch, loader: ({ location, params }) => ahead(recordsPage, location.search, params) })

const settings = createRoute({
  getParentRoute: () => shell, path: '/settings', component: later(() => import('@/pages/DefinitionsPage')),
  validateSearch: (search: Record<string, unknown>): { kind?: string } => text(search, ['kind']),
})

const studio = createRoute({
  getParentRoute: () => shell, path: '/settings/$kind/$key', component: later(() => import('./StudioRoute')),
  validateSearch: (search: Record<string, unknown>): { name?: string; object?: string; from?: string } => text(search, ['name', 'object', 'from']),
})
const start = createRoute({
  getParentRoute: () => shell, path: '/start', component: later(() => import('@/pages/StartPage')),
  validateSearch: (search: Record<string, unknown>): { step?: string; run?: string } => text(search, ['step', 'run']),
})
const diagnosis = createRoute({
  getParentRoute: () => shell, path: '/diagnosis', component: later(() => import('@/pages/DiagnosisPage')),
  validateSearch: (search: Record<string, unknown>): { show?: string } => text(search, ['show']),
})

const signUp = createRoute({ getParentRoute: () => root, path: '/sign-up', component: later(() => import('@/pages/SignUpPage')) })

const outbox = createRoute({
  getParentRoute: () => shell, path: '/outbox', component: later(() => import('@/pages/OutboxPage')),
  validateSearch: (search: Record<string, unknown>): { status?: string; channel?: string } => text(search, ['status', 'channel']),
})

const receipts = createRoute({
  getParentRoute: () => shell, path: '/receipts', component: later(() => import('@/pages/ReceiptsPage')),
  validateSearch: (search: Record<string, unknown>): { status?: string; source?: string } => text(search, ['status', 'source']),
})

const approvals = createRoute({
  getParentRoute: () => shell, path: '/approvals', component: later(() => import('@/pages/ApprovalsPage')),
  validateSearch: (search: Record<string, unknown>): { box?: string; id?: string } => text(search, ['box', 'id']),
})
const health = createRoute({
  getParentRoute: () => shell, path: '/health', component: later(() => import('@/pages/HealthPage')),
  validateSearch: (search: Record<string, unknown>): { object?: string } => text(search, ['object']),
})
const mining = createRoute({
  getParentRoute: () => shell, path: '/mining', component: later(() => import('@/pages/MiningPage')),
  validateSearch: (search: Record<string, unknown>): { of?: string; log?: string; f?: string; tab?: string } => text(search, ['of', 'log', 'f', 'tab']),
})
const record = createRoute({
  getParentRoute: () => shell, path: '/records/$object/$id', component: later(() => import('@/pages/RecordPage')),
  validateSearch: (search: Record<string, unknown>): { act?: string } => text(search, ['act']),
})

const risks = createRoute({
  getParentRoute: () => shell, path: '/risks', component: later(() => import('@/pages/RisksPage')),
  validateSearch: (search: Record<string, unknown>): { rule?: string; show?: string } => text(search, ['rule', 'show']),
})

const quality = createRoute({
  getParentRoute: () => shell, path: '/quality', component: later(() => import('@/pages/QualityPage')),
  validateSearch: (search: Record<string, unknown>): { view?: string; days?: string } => text(search, ['view', 'days']),
})

const report = createRoute({
  getParentRoute: () => shell, path: '/report', component: later(() => import('@/pages/ReportPage')),
  validateSearch: (search: Record<string, unknown>): { period?: string; day?: string; whose?: string } => text(search, ['period', 'day', 'whose']),
})

const tree = root.addChildren([
  signIn,
  signUp,
  shell.addChildren([
    createRoute({ getParentRoute: () => shell, path: '/', component: lazyRouteComponent(benchPage), loader: ({ location }) => ahead(benchPage, location.search) }),
    leads,
    page('/leads/$id', () => import('@/pages/LeadPage')),
    first('/capture', () => import('@/pages/CapturePage')),
    page('/inbox', () => import('@/pages/InboxPage')),
    first('/tasks', () => import('@/pages/TasksPage')),
    page('/pools', () => import('@/pages/PoolsPage')),
    page('/team', () => import('@/pages/TeamPage')),
    report,
    risks,
    quality,
    page('/audits', () => import('@/pages/AuditsPage')),
    page('/audits/$id', () => import('@/pages/AuditCasePage')),
    start,
    diagnosis,
    page('/morning', () => import('@/pages/MorningPage')),
    page('/import/$object', () => import('@/pages/ImportPage')),
    page('/heat', () => import('@/pages/HeatPage')),
    page('/roadmap', () => import('@/pages/RoadmapPage')),
    page('/collisions', () => import('@/pages/CollisionsPage')),
    settings,
    page('/settings/packs', () => import('@/pages/PacksPage')),
    studio,
    outbox,
    receipts,
    records,
    record,
    approvals,
    health,
    mining,
    page('/records/customer/$id', () => import('@/pages/CustomerPage')),
    page('/admin/people', () => import('@/pages/PeoplePage')),
    page('/admin/tokens', () => import('@/pages/TokensPage')),
    page('/admin/audit', () => import('@/pages/AuditPage')),
    page('/me/notices', () => import('@/pages/NoticeSettingsPage')),
    first('/me', () => import('@/pages/MePage')),
    createRoute({ getParentRoute: () => shell, path: '$', component: Missing }),
  ]),
])

export const router = createRouter({ routeTree: tree, defaultPendingComponent: Pending, defaultPendingMs: 200, defaultPendingMinMs: 0, defaultErrorComponent: Failed, defaultNotFoundComponent: NotFound, scrollRestoration: false })

/** The program of the page one begins at comes while session and words are still on their way. */
export function fetchPage() {
  for (const { routeId } of router.matchRoutes(router.latestLocation)) {
    const page = router.routesById[routeId as keyof typeof router.routesById]?.options.component as { preload?: () => Promise<void> } | undefined
    page?.preload?.().catch(() => undefined)
  }
}

declare module '@tanstack/react-router' {
  interface Register { router: typeof router }
}
