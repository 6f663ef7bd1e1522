/** The heads of a list: press to sort, with shift to sort by one more, drag the edge for the width. */
import { useRef, type PointerEvent } from 'react'
import type { FieldDefinition } from '@/api/types'
import { useTongue } from '@/lib/text'
import { Icon } from '@/ui/Icon'
import { nextSort, type ExtraColumn, type RecordListProps } from '../RecordList'

export const UNSORTABLE = new Set(['long_text', 'tags', 'multi_choice', 'file', 'formula', 'rollup', 'region'])
export const sortable = (field: FieldDefinition) => !UNSORTABLE.has(field.kind) && field.can !== 'masked'

interface HeadProps extends RecordListProps { extra: ExtraColumn[]; grid: string; title: number; wide: (field: FieldDefinition) => number }

export function ListHead({ meta, look, columns, extra, grid, title, wide, selection, rows, sort, onSort, onWidth }: HeadProps) {
  const { t } = useTongue()
  const first = meta.fields.get(look.titleField) ?? { key: look.titleField, kind: 'text', name: {}, can: 'read' }
  const all = selection ? selection.everything || (rows.length > 0 && rows.every((row) => selection.ids.has(row.id))) : false
  return (
    <div className="xj-list__head" role="row" style={{ gridTemplateColumns: grid }}>
      {selection && <div role="columnheader" className="xj-list__check"><input type="checkbox" aria-label={t('list.choose_loaded')} checked={all} ref={(input) => { if (input) input.indeterminate = !all && selection.size > 0 }} onChange={selection.chooseLoaded} /></div>}
      <Head field={first} sort={sort} onSort={onSort} onWidth={onWidth} width={title} />
      {extra.map((each) => <div key={each.key} role="columnheader">{each.label}</div>)}
      {columns.map((field) => <Head key={field.key} field={field} sort={sort} onSort={onSort} onWidth={onWidth} width={wide(field)} />)}
    </div>
  )
}

function Head({ field, sort, onSort, onWidth, width }: { field: FieldDefinition; width: number } & Pick<RecordListProps, 'sort' | 'onSort' | 'onWidth'>) {
  const { t, say } = useTongue()
  const name = say(field.name, field.key)
  const place = sort.findIndex((part) => part.replace(/^-/, '') === field.key)
  const now = place < 0 ? '' : sort[place]!
  const direction = now === field.key ? 'ascending' : now ? 'descending' : 'none'
  const press = (more: boolean) => {
    const next = nextSort(field, now)
    if (!more) return onSort(next ? [next] : [])
    onSort(place < 0 ? [...sort, next].slice(0, 5) : sort.flatMap((part, at) => (at !== place ? [part] : next ? [next] : [])))
  }
  return (
    <div role="columnheader" aria-sort={direction} className="xj-list__headcell">
      {sortable(field) ? (
        <button type="button" className="xj-list__sort" data-on={direction !== 'none'} onClick={(event) => press(event.shiftKey)} title={t('list.sort_by', { name })}>
          <span className="xj-ellipsis">{name}</span>
          <Icon name={direction === 'ascending' ? 'up' : direction === 'descending' ? 'down' : 'sort'} />
          {sort.length > 1 && place >= 0 && <span className="xj-small">{place + 1}</span>}
        </button>
      ) : <span className="xj-ellipsis">{name}</span>}
      {onWidth && <Edge name={name} width={width} onWidth={(next) => onWidth(field.key, next)} />}
    </div>
  )
}

/** The right edge of a head: dragged, or moved with the arrow keys. */
function Edge({ name, width, onWidth }: { name: string; width: number; onWidth: (width: number) => void }) {
  const { t } = useTongue()
  const from = useRef<{ x: number; width: number } | null>(null)
  const fit = (next: number) => Math.round(Math.min(900, Math.max(60, next)))
  const move = (event: PointerEvent<HTMLElement>) => { if (from.current) onWidth(fit(from.current.width + event.clientX - from.current.x)) }
  return (
    <span role="separator" tabIndex={-1} aria-orientation="vertical" aria-label={t('list.width_of', { name })} aria-valuenow={width} aria-valuemin={60} aria-valuemax={900} className="xj-list__edge"
      onPointerDown={(event) => { event.preventDefault(); const shown = event.currentTarget.parentElement?.getBoundingClientRect().width ?? width; from.current = { x: event.clientX, width: shown }; event.currentTarget.setPointerCapture(event.pointerId) }}
      onPointerMove={move} onPointerUp={(event) => { move(event); from.current = null }}
      onKeyDown={(event) => { const step = { ArrowLeft: -10, ArrowRight: 10 }[event.key]; if (step) { event.preventDefault(); event.stopPropagation(); onWidth(fit(width + step)) } }} />
  )
}
