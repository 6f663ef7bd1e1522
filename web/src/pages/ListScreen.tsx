/** The list of an object: views as tabs, search, filter, table or board or calendar, selection; what is asked stands in the address bar. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useMemo, useState, type ReactNode } from 'react'
import type { ListView, RecordRow } from '@/api/types'
import { useTongue } from '@/lib/text'
import { CountLine } from '@/metadata/CountLine'
import { equals, headsOf, itemsOf, useFigures, type GroupHead } from '@/metadata/lists/groups'
import { useCells } from '@/metadata/lists/useCells'
import { useSelection } from '@/metadata/lists/useSelection'
import { askOf, both, chosenView, sortsOf, useDraft, type ListSearch } from '@/metadata/lists/views'
import { ViewTabs } from '@/metadata/lists/ViewTabs'
import { QueryState } from '@/metadata/QueryState'
import { RecordList, type ExtraColumn } from '@/metadata/RecordList'
import type { RowLook } from '@/metadata/RecordRow'
import { joinPages, useRecordList } from '@/metadata/records'
import { useObject } from '@/metadata/schema'
import { useValues } from '@/metadata/useValues'
import { valueText } from '@/metadata/values'
import { Button } from '@/ui/Button'
import { Empty, Skeleton } from '@/ui/Empty'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import '@/metadata/lists/lists.css'

const FilterBar = lazy(() => import('@/metadata/FilterBar'))
const BulkBar = lazy(() => import('@/metadata/lists/BulkBar'))
const ListFiles = lazy(() => import('./ListFiles'))
const Board = lazy(() => import('@/metadata/lists/Board'))
const Calendar = lazy(() => import('@/metadata/lists/Calendar'))
const ViewTools = lazy(() => import('@/metadata/lists/ViewTools'))

export interface Extra { columns: ExtraColumn[]; useOverdue?: (row: RecordRow) => boolean; onShown?: (first: number, last: number) => void }

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

const NO_TOTALS = {}

export function ListScreen(props: ListScreenProps) {
  const { object, title, titleOf, secondOf, to, useExtra } = props
  const { t, say } = useTongue()
  const search = useSearch({ strict: false }) as ListSearch
  const navigate = useNavigate()
  const { meta, schema, ...state } = useObject(object)
  const [tools, setTools] = useState(false)
  const base = chosenView(meta, search.view, props.fallback)
  const { draft, change, dirty } = useDraft(object, base?.key ?? '')
  const view = useMemo(() => (base ? ({ ...base, ...draft } as ListView) : undefined), [base, draft])
  const filter = search.f ?? ''
  const q = search.q ?? ''
  const usual = sortsOf(base)
  const layout = view?.layout ?? 'table'
  const group = layout !== 'calendar' && view?.group_by ? meta?.fields.get(view.group_by) : undefined
  const grouped = layout === 'table' ? group : undefined
  const totals = view?.totals ?? NO_TOTALS
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const all = both(view?.filter, filter)
  const open = useMemo(() => (grouped && closed.size ? [...closed].map((key) => `!(${equals(grouped, key)})`).join(' && ') : ''), [grouped, closed])
  const { sort, query: asked } = useMemo(() => askOf(meta, base, view, search, open), [meta, base, view, search, open])
  const list = useRecordList(object, asked, Boolean(meta) && layout === 'table')
  const { rows, people, related, count, capped } = useMemo(() => joinPages(list.data), [list.data])
  const figures = useFigures(object, { filter: all, search: q, group: group?.key, totals }, Boolean(meta) && layout !== 'calendar' && Boolean(group || Object.keys(totals).length))
  const context = useValues(useMemo(() => ({ ...figures.data?.people, ...people }), [figures.data, people]), useMemo(() => ({ ...figures.data?.related, ...related }), [figures.data, related]))
  const extra = useExtra(rows)
  const { editing, cells } = useCells(object)
  const selection = useSelection(useMemo(() => rows.map((row) => row.id), [rows]), `${base?.key}|${all}|${q}`)
  const put = (next: Partial<ListSearch>) => void navigate({ to: '.', search: Object.fromEntries(Object.entries({ ...search, ...next }).filter(([, value]) => value)) as never, replace: true })
  const columns = useMemo(() => (view?.columns.length ? view.columns : props.fallback).filter((key) => !props.inTitle.has(key)).map((key) => meta?.fields.get(key)).filter((field) => field !== undefined), [view, meta, props.fallback, props.inTitle])
  const look: RowLook = useMemo(() => ({
    object, titleField: props.titleField ?? meta?.definition.title ?? 'name', title: titleOf, second: secondOf, to, ...(extra.useOverdue ? { useOverdue: extra.useOverdue } : {}),
  }), [object, props.titleField, meta, titleOf, secondOf, to, extra.useOverdue])
  const wordOf = useCallback((value: unknown) => (group ? valueText(value, group, context) : ''), [group, context])
  const heads = useMemo(() => headsOf(figures.data?.rows ?? [], group, totals, wordOf), [figures.data, group, totals, wordOf])
  const items = useMemo(() => itemsOf(rows, grouped && figures.data ? heads : null, grouped?.key, closed), [rows, grouped, figures.data, heads, closed])
  const sumOf = useCallback((values: Record<string, number | null>) => Object.fromEntries(Object.entries(totals).flatMap(([key, fn]) => { const field = meta?.fields.get(key); return field && values[key] !== null && values[key] !== undefined ? [[key, `${fn === 'sum' ? '' : `${t(`tools.fn.${fn}`)} `}${valueText(values[key], field, context)}`]] : [] })), [totals, meta, context, t])
  const totalsOf = useCallback((head: GroupHead) => Object.entries(sumOf(head.totals)).map(([key, text]) => `${say(meta?.fields.get(key)?.name, key)} ${text}`).join(' · '), [sumOf, meta, say])
  const whole = group ? undefined : figures.data?.rows[0]
  const sums = useMemo(() => (layout === 'table' && whole ? sumOf(Object.fromEntries(Object.keys(totals).map((key) => [key, whole[`t_${key}`] as number | null]))) : undefined), [layout, whole, sumOf, totals])
  const { fetchNextPage } = list
  const onMore = useCallback(() => void fetchNextPage(), [fetchNextPage])
  const onWidth = useCallback((field: string, width: number) => change({ widths: { ...base?.widths, ...draft.widths, [field]: width } }), [change, base, draft])
  if (!meta || !view || !base) return <Page title={title}>{schema ? <div className="xj-card"><Empty icon="lock" title={t('common.no_permission')}>{t('common.no_permission_help')}</Empty></div> : <QueryState query={state} rows={8} />}</Page>
  const narrowed = Boolean(q || filter)
  const counted = layout === 'table' ? (open ? heads.reduce((sum, head) => sum + head.count, 0) : count) : layout === 'board' && figures.data ? heads.reduce((sum, head) => sum + head.count, 0) : null
  const fold = (head: GroupHead) => setClosed((old) => { const next = new Set(old); if (!next.delete(head.key)) next.add(head.key); return next })
  const forget = () => { change(null); put({ sort: '', f: '' }) }
  const empty = layout === 'table' && list.data && !list.error && items.length === 0
  return (
    <Page title={title} fill>
      <div className="xj-page__head">
        <h1><CountLine count={counted} capped={capped && layout === 'table' && !open} one={props.count} name={title} pending={layout === 'table' && list.isPending} /></h1>
        <Suspense fallback={null}><ListFiles object={object} name={title} screen={{ filter: all || undefined, sort: asked.sort || undefined, search: q || undefined, group: grouped?.key, fields: [props.titleField ?? meta.definition.title, ...columns.map((field) => field.key)] }} /></Suspense>
        {props.action && <div className="xj-page__actions xj-page__actions--desk">{props.action}</div>}
      </div>
      <div className="xj-list__bar">
        <ViewTabs object={object} views={meta.definition.list_views} view={view} usual={meta.definition.default_view ?? null} filter={all} sort={sort} dirty={dirty || Boolean(filter) || (Boolean(search.sort) && search.sort !== usual.join(','))}
          onChoose={(key) => put({ view: key, sort: '', f: '' })} onSaved={(key) => { change(null); put({ view: key, sort: '', f: '' }) }} onRevert={forget} />
        <FindBox key={q} value={q} onFind={(text) => put({ q: text })} />
        <Suspense fallback={<div className="xj-filter"><div className="xj-line"><Button size="small" icon="filter" disabled>{t('filter.add')}</Button><Button size="small" kind="ghost" disabled>{t('filter.advanced')}</Button></div></div>}><FilterBar object={object} cel={filter} onChange={(f) => put({ f })} /></Suspense>
        <span className="xj-end"><Button size="small" icon="settings" className="xj-list__tools" aria-label={t('tools.open')} aria-expanded={tools} onClick={() => setTools(true)}><span>{t('tools.open')}</span></Button></span>
      </div>
      {layout === 'table' && !list.data && <div className="xj-card xj-list"><QueryState query={list} rows={8} /></div>}
      {layout === 'table' && list.data && list.error && <div className="xj-card"><QueryState query={list} rows={8} /></div>}
      {empty && (
        <div className="xj-card">
          {narrowed ? <Empty icon="search" title={t('list.nothing_found')} action={<Button onClick={() => put({ q: '', f: '' })}>{t('filter.clear')}</Button>}>{t('list.nothing_found_help')}</Empty>
            : <Empty icon="person" title={props.nothing.title}>{props.nothing.help}</Empty>}
        </div>
      )}
      {layout === 'table' && items.length > 0 && !list.error && (
        <RecordList meta={meta} columns={columns} rows={rows} items={items} context={context} look={look} extra={extra.columns} sort={sort} onSort={(next) => put({ sort: next.join(',') })} widths={view.widths ?? NO_TOTALS} onWidth={onWidth} compact={view.density === 'compact'}
          group={grouped ? { field: grouped, words: (head) => wordOf(head.value) || t('list.no_value', { name: say(grouped.name, grouped.key) }), totals: totalsOf, toggle: fold } : undefined} sums={sums && Object.keys(sums).length ? sums : undefined}
          selection={selection} editing={editing} cells={cells} onShown={extra.onShown} more={list.hasNextPage} loadingMore={list.isFetchingNextPage} onMore={onMore} label={title} total={capped ? null : count} asked={`${base.key}|${all}|${q}|${asked.sort}`} />
      )}
      <Suspense fallback={<div className="xj-card xj-list"><Skeleton rows={8} label={t('common.loading')} /></div>}>
        {layout === 'board' && group && <Board object={object} view={view} field={group} columns={columns} filter={all} search={q} sort={sort} look={look} heads={heads} totalsOf={totalsOf} />}
        {layout === 'calendar' && meta.fields.get(view.date_field ?? '') && <Calendar object={object} view={view} field={meta.fields.get(view.date_field!)!} filter={all} search={q} look={look} tones={meta.fields.get(view.color_by ?? '')} />}
      </Suspense>
      {layout === 'table' && selection.size > 0 && <Suspense fallback={null}><BulkBar meta={meta} selection={selection} total={counted} capped={capped} filter={all} search={q} /></Suspense>}
      {tools && <Suspense fallback={null}><ViewTools meta={meta} view={view} sort={sort} onDraft={change} onSort={(next) => put({ sort: next.join(',') })} onClose={() => setTools(false)} /></Suspense>}
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
