/** The input of the one cell being edited: Enter keeps, Escape leaves, Tab keeps and goes to the next cell. */
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import type { FieldDefinition, RecordRow } from '@/api/types'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Icon } from '@/ui/Icon'
import { FieldInput } from '../FieldInput'
import { LazyGate } from '../LazyGate'
import { cellIsOpen } from '../RecordRow'
import { valueText, type ValueContext } from '../values'
import type { CellApi, Editing } from './useCells'

interface CellEditorProps { row: RecordRow; field: FieldDefinition; editing: Editing; cells: CellApi; columns: FieldDefinition[]; context: ValueContext }

/** Kinds whose input says when it is done: one choice, one day. */
const AT_ONCE = new Set(['choice', 'person', 'relation', 'date', 'boolean'])

export default function CellEditor({ row, field, editing, cells, columns, context }: CellEditorProps) {
  const { t, say } = useTongue()
  const host = useRef<HTMLDivElement>(null)
  const [value, setValue] = useState<unknown>('typed' in editing ? editing.typed : row[field.key])
  const now = useRef(value)
  const left = useRef(false)
  useEffect(() => {
    let tries = 0
    // The input of a hard kind arrives a moment later.
    const timer = setInterval(() => {
      const input = host.current?.querySelector<HTMLElement>('input, select, textarea')
      if (input) { input.focus(); if (input instanceof HTMLInputElement && input.type === 'text') input.select() }
      if (input || ++tries > 40) clearInterval(timer)
    }, 25)
    return () => clearInterval(timer)
  }, [])
  // Refused, the focus may be anywhere by now: Escape leaves all the same, unless something above takes it.
  const stop = cells.stop
  const refused = Boolean(editing.error)
  useEffect(() => {
    if (!refused) return
    const leave = (event: globalThis.KeyboardEvent) => { if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing && !document.querySelector('[role=dialog]')) { left.current = true; stop(true) } }
    document.addEventListener('keydown', leave)
    return () => document.removeEventListener('keydown', leave)
  }, [refused, stop])
  const keep = (next?: FieldDefinition) => { left.current = true; cells.commit(row, field, now.current ?? null, next) }
  const put = (next: unknown) => {
    now.current = next
    setValue(next)
    if (AT_ONCE.has(field.kind)) keep()
  }
  const keys = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    event.stopPropagation()
    if (event.key === 'Escape') { event.preventDefault(); left.current = true; cells.stop(true) }
    if (event.key === 'Enter' && !(event.target as HTMLElement).closest('.ant-select')) { event.preventDefault(); keep() }
    if (event.key === 'Tab') {
      const open = columns.filter((each) => cellIsOpen(row, each))
      const next = open[open.findIndex((each) => each.key === field.key) + (event.shiftKey ? -1 : 1)]
      event.preventDefault()
      keep(next)
    }
  }
  const blur = (to: EventTarget | null) => {
    if (left.current || host.current?.contains(to as Node | null) || (to instanceof Element && to.closest('.ant-select-dropdown, .ant-picker-dropdown'))) return
    // A press inside an overlay of the input moves the focus nowhere for a moment.
    setTimeout(() => { if (!left.current && !host.current?.contains(document.activeElement) && !document.querySelector('.ant-select-dropdown:not(.ant-select-dropdown-hidden), .ant-picker-dropdown:not(.ant-picker-dropdown-hidden)')) keep() }, 120)
  }
  const name = say(field.name, field.key)
  return (
    <div className="xj-cell" ref={host} onKeyDown={keys} onBlur={(event) => { if (!editing.error) blur(event.relatedTarget) }}>
      <FieldInput field={field} value={value} onChange={put} label={name} control={{ id: `cell-${row.id}-${field.key}`, ...(editing.error ? { 'aria-invalid': true, 'aria-describedby': `cell-${row.id}-error` } : {}), 'aria-label': name } as never} />
      {editing.error && (
        <div id={`cell-${row.id}-error`} className="xj-cell__error" role="alert">
          {editing.lines?.length ? <LazyGate object={editing.object ?? ''} id={row.id} lines={editing.lines} /> : <span><Icon name="alert" /> {editing.error}</span>}
          {editing.conflict && <span>{t('list.now', { value: valueText(row[field.key], field, context) || '–' })}</span>}
          <span className="xj-line">
            <Button size="small" onClick={() => keep()}>{t(editing.conflict ? 'form.save_anyway' : 'common.try_again')}</Button>
            <Button size="small" kind="ghost" onClick={() => { left.current = true; cells.stop(true) }}>{t('common.cancel')}</Button>
          </span>
        </div>
      )}
    </div>
  )
}
