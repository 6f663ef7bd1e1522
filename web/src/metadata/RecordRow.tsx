/** One row of a list, plain and memoised; only the cell being edited mounts an input. */
import { Link } from '@tanstack/react-router'
import { lazy, memo, Suspense, type ReactNode } from 'react'
import type { FieldDefinition, RecordRow as Row } from '@/api/types'
import { useTongue } from '@/lib/text'
import { isEditable } from './editable'
import type { CellApi, Editing } from './lists/useCells'
import type { Selection } from './lists/useSelection'
import type { ExtraColumn } from './RecordList'
import { valueText, type ValueContext } from './values'

const CellEditor = lazy(() => import('./lists/CellEditor'))

export interface RowLook {
  object: string
  titleField: string
  title: (row: Row) => string
  second: (row: Row) => string
  to: (row: Row) => string
  overdue?: (row: Row) => boolean
}

interface ListRowProps {
  row: Row; index: number; y: number; height: number; grid: string; columns: FieldDefinition[]; extra: ExtraColumn[]; context: ValueContext; look: RowLook
  checked: boolean; onCheck?: Selection['toggle'] | undefined; cells?: CellApi | undefined; editing: Editing | null
}

const NUMERIC = new Set(['money', 'number', 'percent'])

/** Whether the cell of a field may be edited in its row. */
export const cellIsOpen = (row: Row, field: FieldDefinition) => Boolean(row.can?.update) && isEditable(field) && field.kind !== 'long_text'

export const ListRow = memo(function ListRow({ row, index, y, height, grid, columns, extra, context, look, checked, onCheck, cells, editing }: ListRowProps) {
  const { t } = useTongue()
  const overdue = look.overdue?.(row)
  const names = ['xj-list__row', overdue && 'xj-list__row--overdue', checked && 'xj-list__row--chosen', editing && 'xj-list__row--edit'].filter(Boolean).join(' ')
  return (
    <div role="row" aria-rowindex={index + 2} aria-selected={onCheck ? checked : undefined} className={names} style={{ gridTemplateColumns: grid, height, transform: `translateY(${y}px)` }} data-record={row.id}>
      {onCheck && (
        <div role="cell" className="xj-list__check">
          <input type="checkbox" aria-label={t('list.choose_row', { name: look.title(row) })} checked={checked} onChange={() => undefined} onClick={(event) => onCheck(row.id, index, event.shiftKey)} />
        </div>
      )}
      <div role="cell"><TitleLink row={row} look={look} /></div>
      {extra.map((each) => <div role="cell" key={each.key}>{each.cell(row)}</div>)}
      {columns.map((field) => (
        <div role="cell" key={field.key} className={[NUMERIC.has(field.kind) && 'xj-second', editing?.field === field.key && 'xj-list__cell--edit'].filter(Boolean).join(' ') || undefined}>
          {cells && editing?.field === field.key ? <Suspense fallback={<span className="xj-cell-edit">{valueText(row[field.key], field, context)}</span>}><CellEditor row={row} field={field} editing={editing} cells={cells} columns={columns} context={context} /></Suspense> : <Cell row={row} field={field} context={context} cells={cells} />}
        </div>
      ))}
    </div>
  )
})

function TitleLink({ row, look }: { row: Row; look: RowLook }) {
  return (
    <span className="xj-list__title">
      <Link to={look.to(row)} data-open preload={false}>{look.title(row)}</Link>
      <span className="xj-small xj-muted xj-ellipsis">{look.second(row)}</span>
    </span>
  )
}

function Cell({ row, field, context, cells }: { row: Row; field: FieldDefinition; context: ValueContext; cells: CellApi | undefined }): ReactNode {
  const { t, say } = useTongue()
  const text = valueText(row[field.key], field, context)
  if (!cells || !cellIsOpen(row, field)) return text || <span className="xj-muted">–</span>
  return (
    <button type="button" className="xj-cell-edit" data-cell={field.key} tabIndex={-1} aria-label={t('list.change', { name: say(field.name, field.key), value: text || '–' })} onClick={() => cells.start(row, field)}>
      <span className={text ? 'xj-ellipsis' : 'xj-muted'}>{text || '–'}</span>
    </button>
  )
}

interface PhoneRowProps { row: Row; index: number; y: number; height: number; extra: ExtraColumn[]; columns: FieldDefinition[]; context: ValueContext; look: RowLook; checked: boolean; onCheck?: Selection['toggle'] | undefined }

export function PhoneRow({ row, index, y, height, extra, columns, context, look, checked, onCheck }: PhoneRowProps) {
  const { t } = useTongue()
  const facts = columns.slice(0, 3).map((field) => valueText(row[field.key], field, context)).filter(Boolean)
  return (
    <div role="listitem" className={['xj-list__phone', look.overdue?.(row) && 'xj-list__phone--overdue', checked && 'xj-list__row--chosen'].filter(Boolean).join(' ')} style={{ height, transform: `translateY(${y}px)` }}>
      {onCheck && <label className="xj-list__tick"><input type="checkbox" aria-label={t('list.choose_row', { name: look.title(row) })} checked={checked} onChange={() => undefined} onClick={(event) => onCheck(row.id, index, event.shiftKey)} /></label>}
      <Link to={look.to(row)} data-open preload={false} className="xj-list__phone-link">
        <div><strong className="xj-ellipsis">{look.title(row)}</strong><span className="xj-small xj-muted xj-ellipsis xj-grow">{look.second(row)}</span></div>
        <div>{extra.map((each) => <span key={each.key}>{each.cell(row)}</span>)}<span className="xj-small xj-second xj-ellipsis">{facts.join(' · ')}</span></div>
      </Link>
    </div>
  )
}
