/** A small menu below a button: arrow keys, Escape, closes on outside press. */
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'

interface MenuProps {
  label: string
  trigger: (props: { 'aria-haspopup': 'menu'; 'aria-expanded': boolean; onClick: () => void }) => ReactNode
  children: (close: () => void) => ReactNode
  align?: 'left' | 'right'
  up?: boolean
}

export function Menu({ label, trigger, children, align = 'right', up }: MenuProps) {
  const [open, setOpen] = useState(false)
  const host = useRef<HTMLDivElement>(null)
  const items = () => [...(host.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])]
  useEffect(() => {
    if (!open) return
    items()[0]?.focus()
    const outside = (event: PointerEvent) => { if (!host.current?.contains(event.target as Node)) setOpen(false) }
    document.addEventListener('pointerdown', outside)
    return () => document.removeEventListener('pointerdown', outside)
  }, [open])
  const close = () => {
    setOpen(false)
    host.current?.querySelector<HTMLElement>('[aria-haspopup]')?.focus()
  }
  const keys = (event: KeyboardEvent) => {
    if (!open) return
    const all = items()
    const at = all.indexOf(document.activeElement as HTMLElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key]
    if (to !== undefined) { event.preventDefault(); all[(to + all.length) % all.length]?.focus() }
    if (event.key === 'Escape') { event.stopPropagation(); close() }
    if (event.key === 'Tab') setOpen(false)
  }
  return (
    <div className="xj-menu-host" ref={host} onKeyDown={keys}>
      {trigger({ 'aria-haspopup': 'menu', 'aria-expanded': open, onClick: () => setOpen(!open) })}
      {open && (
        <div className={['xj-menu', align === 'left' && 'xj-menu--left', up && 'xj-menu--up'].filter(Boolean).join(' ')} role="menu" aria-label={label}>
          {children(close)}
        </div>
      )}
    </div>
  )
}

export function MenuItem({ children, onSelect, checked }: { children: ReactNode; onSelect: () => void; checked?: boolean }) {
  const role = checked === undefined ? 'menuitem' : 'menuitemradio'
  return <button type="button" role={role} aria-checked={checked} tabIndex={-1} onClick={onSelect}>{children}</button>
}
