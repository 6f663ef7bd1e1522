/** The list of an object: saved views as tabs, search, filter chips, sort, keyset pages; all of it in the address bar. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo, useState, type ReactNode } from 'react'
import type { ListView, RecordRow } from '@/api/types'
import { useTongue } from '@/lib/text'
import { CountLine } from '@/metadata/CountLine'
import { FilterBar } from '@/metadata/FilterBar'
import { QueryState } from '@/metadata/QueryState'
import { RecordList, type ExtraColumn } from '@/metadata/RecordList'
import type { RowLook } from '@/metadata/RecordRow'
import { joinPages, useRecordList, useUpdateRecord } from '@/metadata/records'
import { useObject } from '@/metadata/schema'
import { useDone, useRefused } from '@/metadata/undo'
import { useValues } from '@/metadata/useValues'
import { Button } from '@/ui/Button'
import { Empty } from '@/ui/Empty'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { Tabs } from '@/ui/Tabs'

export interface ListSearch { view?: string; q?: string; sort?: string; f?: string }
export interface Extra { columns: ExtraColumn[]; overdue?: (row: RecordRow) => boolean }

interface ListScreenProps {
  object: string
  title: string
  /** Translation key of the counted headline. */
  count: string
  fallback: string[]
  inTitle: ReadonlySet<string>
  titleField?: string
  titleOf: (row: RecordRow) => string
  secondOf: (row: RecordRow) => string
  to: (row: RecordRow) => string
  /** A hook that adds columns for the rows on screen. */
  useExtra: (rows: RecordRow[]) => Extra
  action?: ReactNode
  nothing: { title: string; help: string }
}

const firstSort = (view: ListView | undefined) => (Array.isArray(view?.sort) ? (view.sort[0] ?? '') : (view?.sort ?? '-created_at'))

export function ListScreen(props: ListScreenProps) {
  const { object, title, titleOf, secondOf, to, useExtra } = props
  const { t, say } = useTongue()
  const search = useSearch({ strict: false }) as ListSearch
  const navigate = useNavigate()
  const { meta, schema, ...state } = useObject(object)
  const views = meta?.definition.list_views ?? []
  const view = views.find((each) => each.key === search.view) ?? views[0]
  const filter = search.f ?? ''
  const sort = search.sort ?? firstSort(view)
  const list = useRecordList(object, { ...(view ? { view: view.key } : {}), ...(filter ? { filter } : {}), ...(search.q ? { search: search.q } : {}), ...(sort ? { sort } : {}) }, Boolean(meta))
  const { rows, people, related, count, capped } = useMemo(() => joinPages(list.data), [list.data])
  const context = useValues(people, related)
  const extra = useExtra(rows)
  const update = useUpdateRecord(object).mutate
  const done = useDone()
  const refused = useRefused()
  const put = (next: Partial<ListSearch>) => void navigate({ to: '.', search: Object.fromEntries(Object.entries({ ...search, ...next }).filter(([, value]) => value)) as never, replace: true })
  const columns = useMemo(() => (view?.columns?.length ? view.columns : props.fallback).filter((key) => !props.inTitle.has(key)).map((key) => meta?.fields.get(key)).filter((field) => field !== undefined), [view, meta, props.fallback, props.inTitle])
  const save = useCallback((row: RecordRow, field: { key: string }, value: unknown) => update({ id: row.id, version: row.version, values: { [field.key]: value } }, {
    onSuccess: (written) => done(t('common.saved'), written?.change), onError: refused,
  }), [update, done, refused, t])
  const look: RowLook = useMemo(() => ({
    object, titleField: props.titleField ?? meta?.definition.title ?? 'name', title: titleOf, second: secondOf, to, save, ...(extra.overdue ? { overdue: extra.overdue } : {}),
  }), [object, props.titleField, meta, titleOf, secondOf, to, save, extra.overdue])
  const { fetchNextPage } = list
  const onMore = useCallback(() => void fetchNextPage(), [fetchNextPage])
  if (!meta) return <Page title={title}>{schema ? <div className="xj-card"><Empty icon="lock" title={t('common.no_permission')}>{t('common.no_permission_help')}</Empty></div> : <QueryState query={state} rows={8} />}</Page>
  const narrowed = Boolean(search.q || filter)
  return (
    <Page title={title} fill>
      <div className="xj-page__head">
        <h1><CountLine count={count} capped={capped} one={props.count} name={title} pending={list.isPending} /></h1>
        {props.action && <div className="xj-page__actions xj-page__actions--desk">{props.action}</div>}
      </div>
      <div className="xj-list__bar">
        {views.length > 1 && <Tabs label={t('list.views')} value={view?.key ?? ''} onChange={(key) => put({ view: key, sort: '' })} tabs={views.map((each) => ({ key: each.key, label: say(each.name, each.key) }))} />}
        <FindBox key={search.q ?? ''} value={search.q ?? ''} onFind={(q) => put({ q })} />
        <FilterBar object={object} cel={filter} onChange={(f) => put({ f })} />
      </div>
      {!list.data && <div className="xj-card xj-list"><QueryState query={list} rows={8} /></div>}
      {list.data && list.error && <div className="xj-card"><QueryState query={list} rows={8} /></div>}
      {list.data && !list.error && rows.length === 0 && (
        <div className="xj-card">
          {narrowed ? <Empty icon="search" title={t('list.nothing_found')} action={<Button onClick={() => put({ q: '', f: '' })}>{t('filter.clear')}</Button>}>{t('list.nothing_found_help')}</Empty>
            : <Empty icon="person" title={props.nothing.title}>{props.nothing.help}</Empty>}
        </div>
      )}
      {rows.length > 0 && !list.error && (
        <RecordList meta={meta} columns={columns} rows={rows} context={context} look={look} extra={extra.columns} sort={sort} onSort={(next) => put({ sort: next })}
          more={list.hasNextPage} loadingMore={list.isFetchingNextPage} onMore={onMore} label={title} total={capped ? null : count} />
      )}
    </Page>
  )
}

function FindBox({ value, onFind }: { value: string; onFind: (text: string) => void }) {
  const { t } = useTongue()
  const [text, setText] = useState(value)
  return (
    <form className="xj-list__find" role="search" aria-label={t('list.find')} onSubmit={(event) => { event.preventDefault(); onFind(text.trim()) }}>
      <Icon name="search" />
      <input className="xj-input" type="search" aria-label={t('list.find')} placeholder={t('list.find')} value={text} onChange={(event) => { setText(event.target.value); if (!event.target.value && value) onFind('') }} />
    </form>
  )
}
