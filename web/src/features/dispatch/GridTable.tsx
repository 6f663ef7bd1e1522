/** The sheet itself: a plain table with one text box that always lies over the active cell, so that the first key of a composition is not lost. */
import { memo, useLayoutEffect, useRef, useState, type MouseEvent } from 'react'
import { useTongue } from '@/lib/text'
import { Icon } from '@/ui/Icon'
import { Menu, MenuItem } from '@/ui/Menu'
import { Button } from '@/ui/Button'
import { ChoiceList } from './ChoiceList'
import type { Mark } from './marks'
import { deleteRows, duplicateRow, insertRow, moveRow, readText, type Row, type Sheet } from './sheet'
import type { Cells } from './useCells'

interface GridTableProps {
  rows: Row[]; sheet: Sheet; said: Map<string, string>; cells: Cells; readOnly: boolean; marks: Map<string, Mark>; counts?: Record<string, number> | undefined
  light?: { winner: string | null; passed: Set<string> } | undefined; onRows: (rows: Row[]) => void; onRemoveColumn: (path: string) => void
}

export function GridTable({ rows, sheet, said, cells, readOnly, marks, counts, light, onRows, onRemoveColumn }: GridTableProps) {
  const { t } = useTongue()
  const host = useRef<HTMLDivElement>(null)
  const [spot, setSpot] = useState({ left: 0, top: 0, width: 0, height: 0 })
  const [dragged, setDragged] = useState<number | null>(null)
  const [over, setOver] = useState<number | null>(null)
  const { at } = cells
  useLayoutEffect(() => {
    const cell = host.current?.querySelector<HTMLElement>(`[data-cell="${at.row}.${at.col}"]`)
    const frame = host.current
    if (!cell || !frame) return
    const next = { left: cell.offsetLeft, top: cell.offsetTop, width: cell.offsetWidth, height: cell.offsetHeight }
    setSpot((now) => (now.left === next.left && now.top === next.top && now.width === next.width && now.height === next.height ? now : next))
    const head = 36
    const side = 250
    if (cell.offsetTop - head < frame.scrollTop) frame.scrollTop = cell.offsetTop - head
    else if (cell.offsetTop + cell.offsetHeight > frame.scrollTop + frame.clientHeight) frame.scrollTop = cell.offsetTop + cell.offsetHeight - frame.clientHeight
    if (at.col > 0 && cell.offsetLeft - side < frame.scrollLeft) frame.scrollLeft = cell.offsetLeft - side
    else if (cell.offsetLeft + cell.offsetWidth > frame.scrollLeft + frame.clientWidth) frame.scrollLeft = cell.offsetLeft + cell.offsetWidth - frame.clientWidth
  }, [at.row, at.col, rows, sheet, counts])
  const press = (event: MouseEvent) => {
    const name = (event.target as HTMLElement).closest<HTMLElement>('[data-cell]')?.dataset.cell
    if (!name || (event.type === 'mousemove' && !(event.buttons & 1))) return
    const [row, col] = name.split('.').map(Number) as [number, number]
    event.preventDefault()
    if (event.type === 'mousemove') { if (row !== at.row || col !== at.col) cells.select({ row, col }, true) } else cells.select({ row, col }, event.shiftKey)
  }
  const drop = (to: number) => { if (dragged !== null) onRows(moveRow(rows, dragged, to)); setDragged(null); setOver(null) }
  const held = rows[at.row] ? readText(rows[at.row]!, cells.id, sheet, rows) : ''
  const text = cells.id === 'rest' ? said.get(held) ?? held : held
  const active = cells.draft !== null
  return (
    <div className="xj-grid" ref={host} role="region" aria-label={t('dispatch.grid')}>
      <table role="grid" aria-rowcount={rows.length} aria-colcount={sheet.ids.length} aria-readonly={readOnly}>
        <thead>
          <tr>
            <th scope="col" className="xj-grid__no"><span className="xj-sr">{t('dispatch.order')}</span></th>
            {sheet.ids.map((id, col) => {
              const column = sheet.columns.find((each) => each.path === id)
              return (
                <th key={id} scope="col" data-col={id}>
                  <span className="xj-line-nowrap">{sheet.labels[col]}{column && !readOnly && <Button kind="ghost" size="small" icon="cross" aria-label={t('dispatch.remove_column', { name: column.label })} onClick={() => onRemoveColumn(id)} />}</span>
                </th>
              )
            })}
            {counts && <th scope="col" className="xj-num">{t('dispatch.last_month')}</th>}
          </tr>
        </thead>
        <tbody onMouseDown={press} onMouseMove={press} onDoubleClick={() => cells.edit()}>
          {rows.map((row, place) => (
            <tr
              key={row.key ?? place} data-row={row.key} aria-rowindex={place + 1}
              className={[light?.winner === row.key && 'is-winner', light?.passed.has(row.key ?? '') && 'is-passed', over === place && dragged !== place && 'is-over'].filter(Boolean).join(' ') || undefined}
              onDragOver={(event) => { if (dragged !== null) { event.preventDefault(); setOver(place) } }} onDrop={() => drop(place)}
            >
              <th scope="row" className="xj-grid__no" draggable={!readOnly} onDragStart={(event) => { setDragged(place); event.dataTransfer.effectAllowed = 'move'; event.dataTransfer.setData('text/plain', row.key ?? '') }} onDragEnd={() => { setDragged(null); setOver(null) }} title={readOnly ? undefined : t('dispatch.drag')}>
                <RowHead n={place + 1} mark={marks.get(`${place}`)} winner={light?.winner === row.key} readOnly={readOnly}
                  onInsert={(after) => { onRows(insertRow(rows, place + after)); cells.select({ row: place + after, col: 0 }, false) }} onDouble={() => onRows(duplicateRow(rows, place))}
                  onMove={(to) => onRows(moveRow(rows, place, place + to))} onDelete={() => onRows(deleteRows(rows, place, place))} />
              </th>
              <Cell rows={rows} row={row} place={place} sheet={sheet} said={said} marks={marks} active={at.row === place ? at.col : -1} from={place >= cells.range.top && place <= cells.range.bottom ? cells.range.left : -1} to={place >= cells.range.top && place <= cells.range.bottom ? cells.range.right : -2} />
              {counts && <td className="xj-num">{counts[row.key ?? ''] ?? 0}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > 0 && (
        <div className="xj-grid__over" style={spot} data-active={active}>
          <textarea
            ref={cells.box} aria-label={t('dispatch.cell', { column: sheet.labels[at.col], n: at.row + 1, text: text || t('dispatch.anything') })} data-at={`${at.row}.${at.col}`} readOnly={readOnly} spellCheck={false} rows={1}
            value={cells.draft ?? ''} onChange={(event) => cells.onInput(event.target.value)} onKeyDown={cells.onKeyDown} onCopy={cells.onCopy} onCut={cells.onCut} onPaste={cells.onPaste} onBlur={() => { if (active) cells.commit() }} onDoubleClick={() => { if (!active) cells.edit() }}
          />
          {active && <ChoiceList id={cells.id} sheet={sheet} typed={cells.draft ?? ''} onPick={(next) => { cells.setDraft(next); cells.box.current?.focus() }} />}
        </div>
      )}
    </div>
  )
}

interface CellProps { rows: Row[]; row: Row; place: number; sheet: Sheet; said: Map<string, string>; marks: Map<string, Mark>; active: number; from: number; to: number }

const Cell = memo(function Cells({ rows, row, place, sheet, said, marks, active, from, to }: CellProps) {
  return sheet.ids.map((id, col) => {
    const held = readText(row, id, sheet, rows)
    const text = id === 'rest' ? said.get(held) ?? held : held
    const mark = marks.get(`${place}.${id}`)
    return (
      <td key={id} role="gridcell" data-cell={`${place}.${col}`} data-col={id} aria-selected={col >= from && col <= to} data-active={col === active || undefined} data-mark={mark?.severity} title={mark ? mark.texts.join('\n') : text.length > 14 ? text : undefined}>
        {id === 'rest' && text ? <span className="xj-tag xj-tag--tint"><span className="xj-ellipsis">{text}</span></span> : <span className="xj-grid__text">{text}</span>}
        {mark && <Icon name={mark.severity === 'info' ? 'info' : 'alert'} size={12} />}
      </td>
    )
  })
})

interface RowHeadProps { n: number; mark: Mark | undefined; winner: boolean; readOnly: boolean; onInsert: (after: 0 | 1) => void; onDouble: () => void; onMove: (to: number) => void; onDelete: () => void }

function RowHead({ n, mark, winner, readOnly, onInsert, onDouble, onMove, onDelete }: RowHeadProps) {
  const { t } = useTongue()
  const sign = winner ? <Icon name="tick" size={14} /> : mark ? <Icon name={mark.severity === 'info' ? 'info' : 'alert'} size={14} /> : null
  if (readOnly) return <span className="xj-grid__head" data-mark={mark?.severity}>{n}{sign}</span>
  return (
    <Menu label={t('dispatch.row_menu', { n })} align="left" trigger={(props) => <button type="button" className="xj-grid__head" data-mark={mark?.severity} aria-label={t('dispatch.row_menu', { n })} title={mark?.texts.join('\n')} {...props}>{n}{sign}</button>}>
      {(close) => {
        const item = (label: string, run: () => void) => <MenuItem onSelect={() => { close(); run() }}>{t(`dispatch.${label}`)}</MenuItem>
        return <>{item('insert_above', () => onInsert(0))}{item('insert_below', () => onInsert(1))}{item('duplicate', onDouble)}{item('move_up', () => onMove(-1))}{item('move_down', () => onMove(1))}{item('delete', onDelete)}</>
      }}
    </Menu>
  )
}
