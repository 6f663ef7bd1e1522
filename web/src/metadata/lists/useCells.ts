/** Editing one cell at a time: shown at once, taken back with the reason beside the cell when refused; undo as for every write. */
import { useCallback, useMemo, useRef, useState } from 'react'
import type { FieldDefinition, RecordRow } from '@/api/types'
import { ApiError } from '@/lib/api'
import { errorText, problemsByField } from '@/lib/errors'
import { holdRecord } from '@/lib/query'
import { useTongue } from '@/lib/text'
import { gateOf, type GateLine } from '../gate'
import { guidanceOf } from '../guidance'
import { useUpdateRecord } from '../records'
import { useDone } from '../undo'

export interface Editing { id: string; field: string; typed?: unknown; error?: string; conflict?: boolean; object?: string; lines?: GateLine[] }

export interface CellApi {
  start: (row: RecordRow, field: FieldDefinition) => void
  stop: (refocus?: boolean) => void
  commit: (row: RecordRow, field: FieldDefinition, value: unknown, next?: FieldDefinition) => void
}

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null) || (Array.isArray(a) && !a.length && (b === null || b === undefined))

/** The cell is drawn again a moment after its editor has gone. */
function focus(id: string, field: string, tries = 10): void {
  setTimeout(() => {
    const cell = document.querySelector<HTMLElement>(`[data-record="${id}"] [data-cell="${field}"]`)
    if (cell) cell.focus()
    else if (tries) focus(id, field, tries - 1)
  }, 20)
}

export function useCells(object: string): { editing: Editing | null; cells: CellApi } {
  const { t, tongue } = useTongue()
  const [editing, setEditing] = useState<Editing | null>(null)
  const release = useRef<(() => void) | null>(null)
  const update = useUpdateRecord(object).mutateAsync
  const done = useDone()
  const open = useCallback((next: Editing | null) => {
    release.current?.()
    release.current = next ? holdRecord(object, next.id) : null
    setEditing(next)
  }, [object])
  const start = useCallback((row: RecordRow, field: FieldDefinition) => open({ id: row.id, field: field.key }), [open])
  const stop = useCallback((refocus = false) => setEditing((now) => { if (now && refocus) focus(now.id, now.field); release.current?.(); release.current = null; return null }), [])
  const commit = useCallback((row: RecordRow, field: FieldDefinition, value: unknown, next?: FieldDefinition) => {
    if (next) open({ id: row.id, field: next.key })
    else { open(null); focus(row.id, field.key) }
    if (same(value, row[field.key])) return
    void update({ id: row.id, version: row.version, values: { [field.key]: value }, was: row }).then((written) => done(t('common.saved'), written?.change), (error: unknown) => {
      if (guidanceOf(error).length) return // closed without ticking: nothing was changed
      const conflict = error instanceof ApiError && (error.status === 409 || error.status === 412)
      const words = problemsByField(error, t, tongue)
      open({ id: row.id, field: field.key, typed: value, conflict, object, lines: gateOf(error), error: conflict ? t('form.conflict') : Object.values(words).join(' ') || errorText(error, t, tongue) })
    })
  }, [open, update, done, t, tongue])
  return { editing, cells: useMemo(() => ({ start, stop, commit }), [start, stop, commit]) }
}
