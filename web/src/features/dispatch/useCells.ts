/** The active cell, the selection and what is being typed: keys and clipboard of the sheet. Keys of a composition are never ours. */
import { useCallback, useEffect, useRef, useState, type ClipboardEvent, type KeyboardEvent } from 'react'
import { copyBlock, deleteRows, fillDown, fillRange, insertRow, moveRow, pasteBlock, readText, writeText, type Place, type Range, type Row, type Sheet } from './sheet'
import { readBlock, writeBlock } from './tsv'

interface Input { rows: Row[]; sheet: Sheet; readOnly: boolean; onRows: (rows: Row[]) => void; onUndo: () => void; onRedo: () => void; onOpenRest: (row: number) => void }

const clamp = (value: number, most: number) => Math.max(0, Math.min(most, value))

export function useCells({ rows, sheet, readOnly, onRows, onUndo, onRedo, onOpenRest }: Input) {
  const [at, setAt] = useState<Place>({ row: 0, col: 0 })
  const [anchor, setAnchor] = useState<Place>({ row: 0, col: 0 })
  const [draft, setDraft] = useState<string | null>(null)
  const box = useRef<HTMLTextAreaElement>(null)
  const last = { row: Math.max(0, rows.length - 1), col: sheet.ids.length - 1 }
  const here = { row: clamp(at.row, last.row), col: clamp(at.col, last.col) }
  const range: Range = { top: Math.min(here.row, clamp(anchor.row, last.row)), bottom: Math.max(here.row, clamp(anchor.row, last.row)), left: Math.min(here.col, clamp(anchor.col, last.col)), right: Math.max(here.col, clamp(anchor.col, last.col)) }
  const id = sheet.ids[here.col]!

  const go = useCallback((next: Place, extend = false) => { setAt(next); if (!extend) setAnchor(next); setDraft(null) }, [])
  useEffect(() => { if (box.current && document.activeElement !== box.current && draft !== null) box.current.focus() }, [draft])

  const commit = (text = draft) => {
    if (text === null || readOnly || !rows[here.row]) return rows
    const next = rows.map((row, place) => (place === here.row ? writeText(row, id, text, sheet, rows) : row))
    setDraft(null)
    if (next[here.row] !== rows[here.row]) onRows(next)
    return next
  }
  const edit = (text?: string) => {
    if (readOnly || !rows[here.row]) return
    if (id === 'rest') { onOpenRest(here.row); return }
    const start = text ?? readText(rows[here.row]!, id, sheet, rows)
    setDraft(start)
    requestAnimationFrame(() => { box.current?.focus(); box.current?.setSelectionRange(start.length, start.length) })
  }
  const move = (down: number, right: number, extend = false) => {
    let { row, col } = here
    col += right
    if (right && !extend && col > last.col) { col = 0; row += 1 }
    if (right && !extend && col < 0) { col = last.col; row -= 1 }
    row += down
    go({ row: clamp(row, last.row), col: clamp(col, last.col) }, extend)
  }

  const typing = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) { event.preventDefault(); commit(); move(1, 0) }
    else if (event.key === 'Tab') { event.preventDefault(); commit(); move(0, event.shiftKey ? -1 : 1) }
    else if (event.key === 'Escape') { event.preventDefault(); event.stopPropagation(); setDraft(null) }
  }

  const command = (event: KeyboardEvent): boolean => {
    if (!(event.ctrlKey || event.metaKey)) return false
    const key = event.key.toLowerCase()
    if (key === 'a') { setAnchor({ row: 0, col: 0 }); setAt(last) }
    else if (key === 'z' && !event.shiftKey) onUndo()
    else if (key === 'y' || key === 'z') onRedo()
    else if (key === 'd' && !readOnly) onRows(fillDown(rows, range, sheet))
    else return false
    event.preventDefault()
    event.stopPropagation()
    return true
  }

  const resting = (event: KeyboardEvent) => {
    if (command(event)) return
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] as [number, number] | undefined
    if (event.altKey && step && step[0] && !readOnly) { event.preventDefault(); const to = here.row + step[0]; const next = moveRow(rows, here.row, to); if (next !== rows) { onRows(next); go({ row: to, col: here.col }) } return }
    if (event.altKey || event.ctrlKey || event.metaKey) return
    if (step) { event.preventDefault(); move(step[0], step[1], event.shiftKey) }
    else if (event.key === 'Tab') { const end = event.shiftKey ? here.row === 0 && here.col === 0 : here.row === last.row && here.col === last.col; if (!end) { event.preventDefault(); move(0, event.shiftKey ? -1 : 1) } }
    else if (event.key === 'Enter') { event.preventDefault(); if (id === 'rest') edit(); else move(event.shiftKey ? -1 : 1, 0) }
    else if (event.key === 'F2') { event.preventDefault(); edit() }
    else if (event.key === 'Home') { event.preventDefault(); go({ row: here.row, col: 0 }, event.shiftKey) }
    else if (event.key === 'End') { event.preventDefault(); go({ row: here.row, col: last.col }, event.shiftKey) }
    else if (event.key === 'Insert' && !readOnly) { event.preventDefault(); onRows(insertRow(rows, here.row + 1)); go({ row: here.row + 1, col: 0 }) }
    else if ((event.key === 'Delete' || event.key === 'Backspace') && !readOnly) { event.preventDefault(); onRows(fillRange(rows, range, () => '', sheet)) }
    else if (event.key === 'Escape' && (at.row !== anchor.row || at.col !== anchor.col)) { event.preventDefault(); event.stopPropagation(); setAnchor(at) }
  }

  return {
    at: here, range, draft, box, id, go, edit, commit, setDraft,
    select: (place: Place, extend: boolean) => { if (draft !== null) commit(); go(place, extend); requestAnimationFrame(() => box.current?.focus()) },
    removeRows: () => onRows(deleteRows(rows, range.top, range.bottom)),
    onKeyDown: (event: KeyboardEvent) => {
      // 229 is what browsers send for keys that belong to a composition which has not been announced yet.
      if (event.nativeEvent.isComposing || event.keyCode === 229) return
      if (draft !== null) typing(event)
      else resting(event)
    },
    onInput: (text: string) => { if (!readOnly) { if (id === 'rest' && draft === null) { onOpenRest(here.row); return } setDraft(text) } },
    onCopy: (event: ClipboardEvent) => { if (draft !== null) return; event.preventDefault(); event.clipboardData.setData('text/plain', writeBlock(copyBlock(rows, range, sheet))) },
    onCut: (event: ClipboardEvent) => { if (draft !== null || readOnly) return; event.preventDefault(); event.clipboardData.setData('text/plain', writeBlock(copyBlock(rows, range, sheet))); onRows(fillRange(rows, range, () => '', sheet)) },
    onPaste: (event: ClipboardEvent) => {
      if (draft !== null || readOnly) return
      event.preventDefault()
      const block = readBlock(event.clipboardData.getData('text/plain'))
      if (block.length === 1 && block[0]!.length === 1) { onRows(fillRange(rows, range, () => block[0]![0]!, sheet)); return }
      const pasted = pasteBlock(rows, { row: range.top, col: range.left }, block, sheet)
      onRows(pasted.rows)
      setAnchor({ row: pasted.range.top, col: pasted.range.left })
      setAt({ row: pasted.range.bottom, col: pasted.range.right })
    },
  }
}

export type Cells = ReturnType<typeof useCells>
