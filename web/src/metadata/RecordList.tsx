/** The list of any object: a virtual table with keyset pages, groups, totals and cells by field kind; cards on the phone. */
import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual'
import { memo, useCallback, useEffect, useMemo, useRef, type KeyboardEvent, type ReactNode } from 'react'
import type { FieldDefinition, RecordRow } from '@/api/types'
import { useIsPhone } from '@/lib/screen'
import { useTongue } from '@/lib/text'
import { GROUP_HEIGHT, itemKey, type GroupHead, type Item } from './lists/groups'
import { GroupRow } from './lists/GroupRow'
import { ListHead } from './lists/ListHead'
import type { CellApi, Editing } from './lists/useCells'
import { useKeepPlace } from './lists/useKeepPlace'
import type { Selection } from './lists/useSelection'
import { cellIsOpen, ListRow, PhoneRow, type RowLook } from './RecordRow'
import type { ObjectMeta } from './schema'
import type { ValueContext } from './values'
import './records.css'

export interface ExtraColumn { key: string; label: string; width: number; cell: (row: RecordRow) => ReactNode }

export interface RecordListProps {
  meta: ObjectMeta
  columns: FieldDefinition[]
  rows: RecordRow[]
  items: Item[]
  context: ValueContext
  look: RowLook
  extra?: ExtraColumn[]
  sort: string[]
  onSort: (sort: string[]) => void
  more: boolean
  loadingMore: boolean
  onMore: () => void
  label: string
  total: number | null
  /** What is asked for: another question begins at the top. */
  asked: string
  widths?: Record<string, number>
  onWidth?: ((field: string, width: number) => void) | undefined
  compact?: boolean
  group?: { field: FieldDefinition; words: (head: GroupHead) => string; totals: (head: GroupHead) => string; toggle: (head: GroupHead) => void } | undefined
  /** The totals of all rows, in one line below. */
  sums?: Record<string, string> | undefined
  selection?: Selection | undefined
  editing?: Editing | null
  cells?: CellApi | undefined
  /** Told which rows are on screen, a few beyond them included. */
  onShown?: ((first: number, last: number) => void) | undefined
}

/** The rows on screen: drawn again when these change, not when the frame around them does. */
const Rows = memo(function Rows({ shown, draw }: { shown: VirtualItem[]; draw: (item: VirtualItem) => ReactNode }) { return shown.map(draw) })
const Head = memo(ListHead)
const NONE: ExtraColumn[] = []
const NO_WIDTHS: Record<string, number> = {}

const WIDTH: Record<string, number> = { datetime: 116, date: 108, money: 100, number: 92, percent: 92, boolean: 76, choice: 112, person: 92, phone: 128, tags: 140, multi_choice: 140, region: 132 }
const TITLE = 208
const TEXT = 108
const CHECK = 40

/** The next sort when a head is pressed: descending first for times and amounts, then the other way, then none. */
export function nextSort(field: Pick<FieldDefinition, 'key' | 'kind'>, sort: string): string {
  const [first, second] = ['datetime', 'date', 'money', 'number', 'percent'].includes(field.kind) ? [`-${field.key}`, field.key] : [field.key, `-${field.key}`]
  return sort === first ? second : sort === second ? '' : first
}

export function RecordList(props: RecordListProps) {
  const { columns, rows, items, extra = NONE, more, loadingMore, onMore, label, total, widths = NO_WIDTHS, compact, group, sums, selection, cells, editing = null, look, asked, context, onShown } = props
  const { t, say } = useTongue()
  const phone = useIsPhone()
  const box = useRef<HTMLDivElement>(null)
  const height = phone ? 84 : compact ? 44 : 56
  const virtual = useVirtualizer({ count: items.length, getScrollElement: () => box.current, estimateSize: (at) => (items[at]?.kind === 'group' ? GROUP_HEIGHT : height), overscan: 8, useFlushSync: false, getItemKey: (at) => itemKey(items[at]!) })
  const { fresh, toTop } = useKeepPlace(box, items, height, asked)
  useEffect(() => { virtual.measure() }, [height, virtual, items.length])
  const shown = virtual.getVirtualItems()
  const firstShown = shown[0]?.index ?? 0
  const lastShown = shown.at(-1)?.index ?? -1
  useEffect(() => onShown?.(firstShown, lastShown), [onShown, firstShown, lastShown])
  // Either the end is near, or a group on screen has rows that are not here yet.
  const lacking = shown.some((each) => { const item = items[each.index]; return item?.kind === 'group' && item.open && item.loaded < item.head.count })
  useEffect(() => { if (more && !loadingMore && (lacking || lastShown >= items.length - 12)) onMore() }, [more, loadingMore, lacking, lastShown, items.length, onMore])
  const wide = useCallback((field: FieldDefinition) => widths[field.key] ?? WIDTH[field.kind] ?? TEXT, [widths])
  const title = widths[look.titleField] ?? TITLE
  const grid = useMemo(() => [...(selection ? [`${CHECK}px`] : []), widths[look.titleField] ? `${title}px` : `minmax(${TITLE}px, 2fr)`, ...extra.map((each) => `${each.width}px`), ...columns.map((field) => (widths[field.key] ? `${widths[field.key]}px` : `minmax(${WIDTH[field.kind] ?? TEXT}px, 1fr)`))].join(' '), [columns, extra, widths, selection, look.titleField, title])
  const least = title + (selection ? CHECK : 0) + extra.reduce((sum, each) => sum + each.width, 0) + columns.reduce((sum, field) => sum + wide(field), 0)
  const keys = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement
    const record = target.closest<HTMLElement>('[data-record]')
    const cell = target.closest<HTMLElement>('[data-cell]')
    if (cell && record && event.key === 'F2') { event.preventDefault(); cell.click(); return }
    if (!record || target.matches('input, select, textarea')) return
    const stops = [...record.querySelectorAll<HTMLElement>('[data-open], [data-cell]')]
    const at = stops.indexOf(document.activeElement as HTMLElement)
    if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') { event.preventDefault(); stops[at + (event.key === 'ArrowRight' ? 1 : -1)]?.focus() }
    if (event.key === 'F2') { event.preventDefault(); const row = rows.find((each) => each.id === record.dataset.record); const first = row && columns.find((field) => cellIsOpen(row, field)); if (row && first) cells?.start(row, first) }
    if (event.key === ' ' && selection && target.matches('[data-open], [data-cell]')) { event.preventDefault(); const index = rows.findIndex((each) => each.id === record.dataset.record); if (index >= 0) selection.toggle(rows[index]!.id, index, event.shiftKey) }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    const all = [...(box.current?.querySelectorAll<HTMLElement>('[data-record]') ?? [])].sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
    const next = all[all.indexOf(record) + (event.key === 'ArrowDown' ? 1 : -1)]
    next?.querySelectorAll<HTMLElement>('[data-open], [data-cell]')[Math.max(0, at)]?.focus()
  }
  const row = useCallback((item: VirtualItem) => {
    const found = items[item.index]
    if (!found) return null
    if (found.kind === 'group') return group ? <GroupRow key={item.key} head={found.head} open={found.open} y={item.start} words={group.words(found.head)} totals={group.totals(found.head)} onToggle={() => group.toggle(found.head)} phone={phone} /> : null
    const checked = selection ? selection.everything || selection.ids.has(found.row.id) : false
    if (phone) return <PhoneRow key={item.key} row={found.row} index={found.index} y={item.start} height={item.size} extra={extra} columns={columns} context={context} look={look} checked={checked} onCheck={selection?.toggle} />
    return <ListRow key={item.key} row={found.row} index={found.index} y={item.start} height={item.size} grid={grid} columns={columns} extra={extra} context={context} look={look} checked={checked} onCheck={selection?.toggle} cells={cells} editing={editing?.id === found.row.id ? editing : null} />
  }, [items, group, selection, phone, extra, columns, context, look, grid, cells, editing])
  return (
    <div className="xj-card xj-list">
      <div className="xj-list__fresh" role="status">{fresh > 0 && <button type="button" className="xj-btn xj-btn--small" onClick={toTop}>{t('list.fresh', { count: fresh, name: say(props.meta.definition.name) })}</button>}</div>
      <div className="xj-list__box" ref={box} tabIndex={0} role="region" aria-label={label} onKeyDown={keys}>
        {phone ? <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="list" aria-label={label}><Rows shown={shown} draw={row} /></div> : (
          <div className="xj-list__table" style={{ minWidth: least }} role="table" aria-label={label} aria-rowcount={total ?? rows.length}>
            <div role="rowgroup"><Head {...props} extra={extra} grid={grid} title={title} wide={wide} /></div>
            <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}><Rows shown={shown} draw={row} /></div>
            {sums && (
              <div role="rowgroup" className="xj-list__sums">
                <div role="row" className="xj-list__row-sums" style={{ gridTemplateColumns: grid }}>
                  {selection && <div role="cell" />}
                  <div role="cell">{t('list.total')}</div>
                  {extra.map((each) => <div role="cell" key={each.key} />)}
                  {columns.map((field) => <div role="cell" key={field.key}>{sums[field.key] ?? ''}</div>)}
                </div>
              </div>
            )}
          </div>
        )}
      </div>
      {loadingMore && <p className="xj-list__more" role="status">{t('list.loading_more')}</p>}
    </div>
  )
}
