/** The list of any object: a virtual table with keyset pages, sort heads and cells by field kind; cards on the phone. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, type KeyboardEvent, type ReactNode } from 'react'
import type { FieldDefinition, RecordRow } from '@/api/types'
import { useIsPhone } from '@/lib/screen'
import { useTongue } from '@/lib/text'
import { Icon } from '@/ui/Icon'
import { ListRow, PhoneRow, type RowLook } from './RecordRow'
import type { ObjectMeta } from './schema'
import type { ValueContext } from './values'
import './records.css'

export interface ExtraColumn { key: string; label: string; width: number; cell: (row: RecordRow) => ReactNode }

export interface RecordListProps {
  meta: ObjectMeta
  columns: FieldDefinition[]
  rows: RecordRow[]
  context: ValueContext
  look: RowLook
  extra?: ExtraColumn[]
  sort: string
  onSort: (sort: string) => void
  more: boolean
  loadingMore: boolean
  onMore: () => void
  label: string
  total: number | null
}

const WIDTH: Record<string, number> = { datetime: 116, date: 108, money: 100, number: 92, percent: 92, boolean: 76, choice: 112, person: 92, phone: 128, tags: 140, multi_choice: 140, region: 132 }
const TITLE = 208
const TEXT = 108
const UNSORTABLE = new Set(['long_text', 'tags', 'multi_choice', 'file', 'formula', 'rollup', 'region'])

/** The next sort when a head is pressed: descending first for times and amounts, then the other way, then none. */
export function nextSort(field: Pick<FieldDefinition, 'key' | 'kind'>, sort: string): string {
  const [first, second] = ['datetime', 'date', 'money', 'number', 'percent'].includes(field.kind) ? [`-${field.key}`, field.key] : [field.key, `-${field.key}`]
  return sort === first ? second : sort === second ? '' : first
}

export function RecordList(props: RecordListProps) {
  const { columns, rows, extra = [], more, loadingMore, onMore, label, total } = props
  const { t } = useTongue()
  const phone = useIsPhone()
  const box = useRef<HTMLDivElement>(null)
  const height = phone ? 84 : 56
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => height, overscan: 8, getItemKey: (at) => rows[at]!.id })
  useEffect(() => { virtual.measure() }, [height, virtual])
  const items = virtual.getVirtualItems()
  const lastShown = items.at(-1)?.index ?? -1
  useEffect(() => { if (more && !loadingMore && lastShown >= rows.length - 12) onMore() }, [more, loadingMore, lastShown, rows.length, onMore])
  const grid = useMemo(() => [`minmax(${TITLE}px, 2fr)`, ...extra.map((each) => `${each.width}px`), ...columns.map((field) => `minmax(${WIDTH[field.kind] ?? TEXT}px, 1fr)`)].join(' '), [columns, extra])
  const least = TITLE + extra.reduce((sum, each) => sum + each.width, 0) + columns.reduce((sum, field) => sum + (WIDTH[field.kind] ?? TEXT), 0)
  const keys = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    const links = [...(box.current?.querySelectorAll<HTMLElement>('[data-open]') ?? [])]
    const at = links.indexOf(document.activeElement as HTMLElement)
    if (at < 0) return
    event.preventDefault()
    links[at + (event.key === 'ArrowDown' ? 1 : -1)]?.focus()
  }
  return (
    <div className="xj-card xj-list">
      <div className="xj-list__box" ref={box} tabIndex={0} role="region" aria-label={label} onKeyDown={keys}>
        {phone ? (
          <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="list" aria-label={label}>
            {items.map((item) => <PhoneRow key={item.key} row={rows[item.index]!} y={item.start} height={item.size} extra={extra} {...props} />)}
          </div>
        ) : (
          <div className="xj-list__table" style={{ minWidth: least }} role="table" aria-label={label} aria-rowcount={total ?? rows.length}>
            <div role="rowgroup">
              <div className="xj-list__head" role="row" style={{ gridTemplateColumns: grid }}>
                <Head field={titleField(props)} {...props} />
                {extra.map((each) => <div key={each.key} role="columnheader">{each.label}</div>)}
                {columns.map((field) => <Head key={field.key} field={field} {...props} />)}
              </div>
            </div>
            <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
              {items.map((item) => <ListRow key={item.key} row={rows[item.index]!} index={item.index} y={item.start} height={item.size} grid={grid} columns={columns} extra={extra} context={props.context} look={props.look} />)}
            </div>
          </div>
        )}
        {(more || loadingMore) && <p className="xj-list__foot">{t('list.loading_more')}</p>}
      </div>
    </div>
  )
}

const titleField = ({ meta, look }: RecordListProps) => meta.fields.get(look.titleField) ?? { key: look.titleField, kind: 'text', name: {}, can: 'read' }

function Head({ field, sort, onSort }: { field: FieldDefinition } & Pick<RecordListProps, 'sort' | 'onSort'>) {
  const { t, say } = useTongue()
  const name = say(field.name, field.key)
  const direction = sort === field.key ? 'ascending' : sort === `-${field.key}` ? 'descending' : 'none'
  if (UNSORTABLE.has(field.kind) || field.can === 'masked') return <div role="columnheader" className="xj-ellipsis">{name}</div>
  return (
    <div role="columnheader" aria-sort={direction}>
      <button type="button" className="xj-list__sort" data-on={direction !== 'none'} onClick={() => onSort(nextSort(field, sort))} title={t('list.sort_by', { name })}>
        <span className="xj-ellipsis">{name}</span>
        <Icon name={direction === 'ascending' ? 'up' : direction === 'descending' ? 'down' : 'sort'} />
      </button>
    </div>
  )
}
