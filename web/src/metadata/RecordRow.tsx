/** One row of a list, plain and memoised; only the cell being edited mounts an input. */
import { lazy, memo, Suspense, type ReactNode } from 'react'
import type { FieldDefinition, RecordRow as Row } from '@/api/types'
import { useTongue } from '@/lib/text'
import { isEditable } from './editable'
import { Go } from './Go'
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
  /** A hook: whether this row is marked as late. */
  useOverdue?: (row: Row) => boolean
}

const never = () => false

interface ListRowProps {
  row: Row; index: number; y: number; height: number; grid: string; columns: FieldDefinition[]; extra: ExtraColumn[]; context: ValueContext; look: RowLook
  checked: boolean; onCheck?: Selection['toggle'] | undefined; cells?: CellApi | undefined; editing: Editing | null
}

const NUMERIC = new Set(['money', 'number', 'percent'])

/** Whether the cell of a field may be edited in its row. */
export const cellIsOpen = (row: Row, field: FieldDefinition) => Boolean(row.can?.update) && isEditable(field) && field.kind !== 'long_text'

export const ListRow = memo(function ListRow({ row, index, y, height, grid, columns, extra, context, look, checked, onCheck, cells, editing }: ListRowProps) {
  const { t } = useTongue()
  const overdue = (look.useOverdue ?? never)(row)
  const names = ['xj-list__row', overdue && 'xj-list__row--overdue', checked && 'xj-list__row--chosen', editing && 'xj-list__row--edit'].filter(Boolean).join(' ')
  return (
    <div role="row" aria-rowindex={index + 2} aria-selected={onCheck ? checked : undefined} className={names} style={{ gridTemplateColumns: grid, height, transform: `translateY(${y}px)` }} data-record={row.id}>
      {onCheck && (
        <div role="cell" className="xj-list__check">
          <input type="checkbox" aria-label={t('list.choose_row', { name: look.title(row) })} checked={checked} onChange={() => undefined} onClick={(event) => onCheck(row.id, index, event.shiftKey)} />
        </div>
      )}
      <div role="cell" className="xj-list__title">
        <Go to={look.to(row)} data-open>{look.title(row)}</Go>
        <span className="xj-small xj-muted xj-ellipsis">{look.second(row)}</span>
      </div>
      {extra.map((each) => <div role="cell" key={each.key}>{each.cell(row)}</div>)}
      {columns.map((field) => (
        <div role="cell" key={field.key} className={[NUMERIC.has(field.kind) && 'xj-second', editing?.field === field.key && 'xj-list__cell--edit'].filter(Boolean).join(' ') || undefined}>
          {cells && editing?.field === field.key ? <Suspense fallback={<span className="xj-cell-edit">{valueText(row[field.key], field, context)}</span>}><CellEditor row={row} field={field} editing={editing} cells={cells} columns={columns} context={context} /></Suspense> : <Cell row={row} field={field} context={context} cells={cells} />}
        </div>
      ))}
    </div>
  )
})

type Translate = ReturnType<typeof useTongue>['t']
/** "Change X, now Y" as two halves, made once a field and language: a list has hundreds of them. */
const labels = new WeakMap<Translate, Map<string, [string, string]>>()
function labelOf(t: Translate, name: string, value: string): string {
  const held = labels.get(t) ?? labels.set(t, new Map()).get(t)!
  const [before, after] = held.get(name) ?? held.set(name, t('list.change', { name, value: '\n' }).split('\n') as [string, string]).get(name)!
  return `${before}${value}${after}`
}

function Cell({ row, field, context, cells }: { row: Row; field: FieldDefinition; context: ValueContext; cells: CellApi | undefined }): ReactNode {
  const { t, say } = useTongue()
  const text = valueText(row[field.key], field, context)
  if (!cells || !cellIsOpen(row, field)) return text || <span className="xj-muted">–</span>
  return <button type="button" className={text ? 'xj-cell-edit' : 'xj-cell-edit xj-muted'} data-cell={field.key} tabIndex={-1} aria-label={labelOf(t, say(field.name, field.key), text || '–')} onClick={() => cells.start(row, field)}>{text || '–'}</button>
}

interface PhoneRowProps { row: Row; index: number; y: number; height: number; extra: ExtraColumn[]; columns: FieldDefinition[]; context: ValueContext; look: RowLook; checked: boolean; onCheck?: Selection['toggle'] | undefined }

export const PhoneRow = memo(function PhoneRow({ row, index, y, height, extra, columns, context, look, checked, onCheck }: PhoneRowProps) {
  const { t } = useTongue()
  const overdue = (look.useOverdue ?? never)(row)
  const facts = columns.slice(0, 3).map((field) => valueText(row[field.key], field, context)).filter(Boolean)
  return (
    <div role="listitem" className={['xj-list__phone', overdue && 'xj-list__phone--overdue', checked && 'xj-list__row--chosen'].filter(Boolean).join(' ')} style={{ height, transform: `translateY(${y}px)` }}>
      {onCheck && <label className="xj-list__tick"><input type="checkbox" aria-label={t('list.choose_row', { name: look.title(row) })} checked={checked} onChange={() => undefined} onClick={(event) => onCheck(row.id, index, event.shiftKey)} /></label>}
      <Go to={look.to(row)} data-open className="xj-list__phone-link">
        <div><strong className="xj-ellipsis">{look.title(row)}</strong><span className="xj-small xj-muted xj-ellipsis xj-grow">{look.second(row)}</span></div>
        <div>{extra.map((each) => <span key={each.key}>{each.cell(row)}</span>)}<span className="xj-small xj-second xj-ellipsis">{facts.join(' · ')}</span></div>
      </Go>
    </div>
  )
})
