/** A list whose rows are moved by dragging their handle, or from the keyboard with Alt and an arrow. */
import { useState, type ReactNode } from 'react'
import { Icon } from './Icon'
import './reorder.css'

interface ReorderProps<T> {
  items: readonly T[]
  keyOf: (item: T, at: number) => string
  onMove: (from: number, to: number) => void
  row: (item: T, at: number, handle: ReactNode) => ReactNode
  label: string
  handleLabel: (item: T, at: number) => string
  locked?: boolean
}

export function Reorder<T>({ items, keyOf, onMove, row, label, handleLabel, locked }: ReorderProps<T>) {
  const [from, setFrom] = useState<number | null>(null)
  const [over, setOver] = useState<number | null>(null)
  const drop = (to: number) => { if (from !== null && from !== to) onMove(from, to); setFrom(null); setOver(null) }
  return (
    <ul aria-label={label} className="xj-reorder">
      {items.map((item, at) => (
        <li
          key={keyOf(item, at)}
          data-over={over === at && from !== null && from !== at ? (from < at ? 'below' : 'above') : undefined}
          onDragOver={(event) => { if (from !== null) { event.preventDefault(); setOver(at) } }}
          onDrop={(event) => { event.preventDefault(); drop(at) }}
        >
          {row(item, at, locked ? null : (
            <button
              type="button" className="xj-reorder__handle" draggable aria-label={handleLabel(item, at)} title={handleLabel(item, at)}
              onDragStart={(event) => { event.dataTransfer.effectAllowed = 'move'; event.dataTransfer.setData('text/plain', String(at)); setFrom(at) }}
              onDragEnd={() => { setFrom(null); setOver(null) }}
              onKeyDown={(event) => {
                const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
                if (!step || !event.altKey || at + step < 0 || at + step >= items.length) return
                event.preventDefault()
                const host = event.currentTarget.closest('ul')
                onMove(at, at + step)
                setTimeout(() => host?.children[at + step]?.querySelector<HTMLElement>('.xj-reorder__handle')?.focus())
              }}
            ><Icon name="pool" size={14} /></button>
          ))}
        </li>
      ))}
    </ul>
  )
}
