/** The lead list: saved views as tabs, search, filter chips, sort; everything stands in the address bar. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import type { ListView, RecordRow } from '@/api/types'
import { leadSecond, leadTitle } from '@/features/leads/LeadHead'
import { LeadClockChip } from '@/features/leads/LeadClockChip'
import { useLeadTimers } from '@/features/leads/queries'
import { useTongue } from '@/lib/text'
import { FilterBar } from '@/metadata/FilterBar'
import { parseTree, toCel, type Tree } from '@/metadata/filter'
import { QueryState } from '@/metadata/QueryState'
import { RecordList, type ExtraColumn } from '@/metadata/RecordList'
import type { RowLook } from '@/metadata/RecordRow'
import { joinPages, useRecordList, useUpdateRecord } from '@/metadata/records'
import { useObject } from '@/metadata/schema'
import { useDone, useRefused } from '@/metadata/undo'
import { useValues } from '@/metadata/useValues'
import { AnchorButton, Button } from '@/ui/Button'
import { Empty } from '@/ui/Empty'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { Tabs } from '@/ui/Tabs'
import { CountLine } from '@/metadata/CountLine'

export interface LeadSearch { view?: string; q?: string; sort?: string; f?: string }

const FALLBACK = ['status', 'intent', 'source', 'owner', 'created_at']
const IN_TITLE = new Set(['name', 'company'])

export default function LeadsPage() {
  const { t, say } = useTongue()
  const search = useSearch({ strict: false }) as LeadSearch
  const navigate = useNavigate()
  const { meta, schema, ...state } = useObject('lead')
  const views = meta?.definition.list_views ?? []
  const view = views.find((each) => each.key === search.view) ?? views[0]
  const trees = useMemo(() => parseTree(search.f), [search.f])
  const filter = useMemo(() => toCel({ all: trees }, (key) => meta?.fields.get(key)?.kind ?? 'text'), [trees, meta])
  const sort = search.sort ?? firstSort(view)
  const list = useRecordList('lead', { ...(view ? { view: view.key } : {}), ...(filter ? { filter } : {}), ...(search.q ? { search: search.q } : {}), ...(sort ? { sort } : {}) }, Boolean(schema))
  const { rows, people, related, count, capped } = useMemo(() => joinPages(list.data), [list.data])
  const context = useValues(people, related)
  const times = useLeadTimers(useMemo(() => rows.map((row) => row.id), [rows]))
  const update = useUpdateRecord('lead')
  const done = useDone()
  const refused = useRefused()
  const put = (next: Partial<LeadSearch>) => void navigate({ to: '/leads', search: Object.fromEntries(Object.entries({ ...search, ...next }).filter(([, value]) => value)), replace: true })
  const columns = useMemo(() => (view?.columns?.length ? view.columns : FALLBACK).filter((key) => !IN_TITLE.has(key)).map((key) => meta?.fields.get(key)).filter((field) => field !== undefined), [view, meta])
  const extra: ExtraColumn[] = useMemo(() => [{
    key: 'clock', label: t('clock.label'), width: 172,
    cell: (row) => <LeadClockChip lead={row} timers={times.timers.get(row.id)} fired={times.fired.get(row.id)} />,
  }], [t, times])
  const save = useCallback((row: RecordRow, field: { key: string; name: unknown }, value: unknown) => update.mutate({ id: row.id, version: row.version, values: { [field.key]: value } }, {
    onSuccess: (written) => done(t('common.saved'), written?.change), onError: refused,
  }), [update, done, refused, t])
  const look: RowLook = useMemo(() => ({
    object: 'lead', titleField: 'company', title: leadTitle, second: leadSecond, to: (row) => `/leads/${row.id}`, save,
    overdue: (row) => !row.first_response_at && (times.fired.get(row.id)?.length ?? 0) > 0,
  }), [save, times])
  const { fetchNextPage } = list
  const onMore = useCallback(() => void fetchNextPage(), [fetchNextPage])
  if (!meta) return <Page title={t('nav.leads')}>{schema ? <Empty icon="lock" title={t('common.no_permission')}>{t('common.no_permission_help')}</Empty> : <QueryState query={state} rows={8} />}</Page>
  const narrowed = Boolean(search.q || trees.length)
  return (
    <Page title={t('nav.leads')} fill>
      <div className="xj-page__head">
        <div>
          <h1><CountLine count={count} capped={capped} one="list.leads" pending={list.isPending} /></h1>
        </div>
        <div className="xj-page__actions xj-page__actions--desk"><AnchorButton kind="primary" icon="plus" href="/capture" onClick={(event) => { event.preventDefault(); void navigate({ to: '/capture' }) }}>{t('lead.new')}</AnchorButton></div>
      </div>
      <div className="xj-list__bar">
        {views.length > 1 && <Tabs label={t('list.views')} value={view?.key ?? ''} onChange={(key) => put({ view: key, sort: '' })} tabs={views.map((each) => ({ key: each.key, label: say(each.name, each.key) }))} />}
        <FindBox value={search.q ?? ''} onFind={(q) => put({ q })} />
        <FilterBar meta={meta} trees={trees} onChange={(next: Tree[]) => put({ f: next.length ? JSON.stringify(next) : '' })} />
      </div>
      {!list.data && <div className="xj-card xj-list"><QueryState query={list} rows={8} /></div>}
      {list.data && list.error && <div className="xj-card"><QueryState query={list} rows={8} /></div>}
      {list.data && !list.error && rows.length === 0 && (
        <div className="xj-card">
          {narrowed ? <Empty icon="search" title={t('list.nothing_found')} action={<Button onClick={() => put({ q: '', f: '' })}>{t('filter.clear')}</Button>}>{t('list.nothing_found_help')}</Empty>
            : <Empty icon="person" title={t('list.no_leads')}>{t('list.no_leads_help')}</Empty>}
        </div>
      )}
      {rows.length > 0 && !list.error && (
        <RecordList meta={meta} columns={columns} rows={rows} context={context} look={look} extra={extra} sort={sort} onSort={(next) => put({ sort: next })}
          more={list.hasNextPage} loadingMore={list.isFetchingNextPage} onMore={onMore} label={t('nav.leads')} total={capped ? null : count} />
      )}
    </Page>
  )
}

const firstSort = (view: ListView | undefined) => (Array.isArray(view?.sort) ? (view.sort[0] ?? '') : (view?.sort ?? '-created_at'))

function FindBox({ value, onFind }: { value: string; onFind: (text: string) => void }) {
  const { t } = useTongue()
  const [text, setText] = useState(value)
  return (
    <form className="xj-list__find" role="search" aria-label={t('list.find')} onSubmit={(event) => { event.preventDefault(); onFind(text.trim()) }}>
      <Icon name="search" />
      <input className="xj-input" type="search" aria-label={t('list.find')} placeholder={t('list.find')} value={text} onChange={(event) => { setText(event.target.value); if (!event.target.value) onFind('') }} />
    </form>
  )
}
