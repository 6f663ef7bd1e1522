/** One row of a list, plain and memoised. */
import { Link } from '@tanstack/react-router'
import { memo, useState, type ReactNode } from 'react'
import type { FieldDefinition, RecordRow as Row } from '@/api/types'
import { useTongue } from '@/lib/text'
import { holdRecord } from '@/lib/query'
import type { ExtraColumn } from './RecordList'
import { optionName, valueText, type ValueContext } from './values'

export interface RowLook {
  object: string
  titleField: string
  title: (row: Row) => string
  second: (row: Row) => string
  to: (row: Row) => string
  overdue?: (row: Row) => boolean
  /** Saves one value of a row; without it cells are read-only. */
  save?: (row: Row, field: FieldDefinition, value: unknown) => void
}

interface ListRowProps { row: Row; index: number; y: number; height: number; grid: string; columns: FieldDefinition[]; extra: ExtraColumn[]; context: ValueContext; look: RowLook }

const NUMERIC = new Set(['money', 'number', 'percent'])

export const ListRow = memo(function ListRow({ row, index, y, height, grid, columns, extra, context, look }: ListRowProps) {
  const overdue = look.overdue?.(row)
  return (
    <div role="row" aria-rowindex={index + 2} className={overdue ? 'xj-list__row xj-list__row--overdue' : 'xj-list__row'} style={{ gridTemplateColumns: grid, height, transform: `translateY(${y}px)` }} data-record={row.id}>
      <div role="cell"><TitleLink row={row} look={look} /></div>
      {extra.map((each) => <div role="cell" key={each.key}>{each.cell(row)}</div>)}
      {columns.map((field) => (
        <div role="cell" key={field.key} className={NUMERIC.has(field.kind) ? 'xj-second' : undefined}>
          <Cell row={row} field={field} context={context} look={look} />
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

function Cell({ row, field, context, look }: { row: Row; field: FieldDefinition; context: ValueContext; look: RowLook }): ReactNode {
  const { t, say } = useTongue()
  const [editing, setEditing] = useState<(() => void) | null>(null)
  const text = valueText(row[field.key], field, context)
  const editable = look.save && field.kind === 'choice' && field.options?.length && field.can === 'write' && row.can?.update
  if (!editable) return text || <span className="xj-muted">–</span>
  const name = say(field.name, field.key)
  const stop = () => { editing?.(); setEditing(null) }
  if (editing) {
    return (
      <select autoFocus className="xj-input" aria-label={name} defaultValue={String(row[field.key] ?? '')} onBlur={stop} onKeyDown={(event) => event.key === 'Escape' && stop()}
        onChange={(event) => { look.save?.(row, field, event.target.value || null); stop() }}>
        <option value="">–</option>
        {field.options!.map((option) => <option key={option.key} value={option.key}>{optionName(field, option.key, context.tongue)}</option>)}
      </select>
    )
  }
  return <button type="button" className="xj-cell-edit" aria-label={t('list.change', { name, value: text || '–' })} onClick={() => { const release = holdRecord(look.object, row.id); setEditing(() => release) }}><span className="xj-ellipsis">{text || '–'}</span></button>
}

interface PhoneRowProps { row: Row; y: number; height: number; extra: ExtraColumn[]; columns: FieldDefinition[]; context: ValueContext; look: RowLook }

export function PhoneRow({ row, y, height, extra, columns, context, look }: PhoneRowProps) {
  const facts = columns.slice(0, 3).map((field) => valueText(row[field.key], field, context)).filter(Boolean)
  return (
    <div role="listitem">
      <Link to={look.to(row)} data-open preload={false} className={look.overdue?.(row) ? 'xj-list__phone xj-list__phone--overdue' : 'xj-list__phone'} style={{ height, transform: `translateY(${y}px)` }}>
        <div><strong className="xj-ellipsis">{look.title(row)}</strong><span className="xj-small xj-muted xj-ellipsis xj-grow">{look.second(row)}</span></div>
        <div>{extra.map((each) => <span key={each.key}>{each.cell(row)}</span>)}<span className="xj-small xj-second xj-ellipsis">{facts.join(' · ')}</span></div>
      </Link>
    </div>
  )
}
