/** Tabs as a segmented control: arrow keys move, one tab stop. */
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react'

export interface Tab<K extends string> { key: K; label: ReactNode; count?: ReactNode }

interface TabsProps<K extends string> { tabs: Tab<K>[]; value: K; onChange: (key: K) => void; label: string; soft?: boolean; panel?: string }

export function Tabs<K extends string>({ tabs, value, onChange, label, soft, panel }: TabsProps<K>) {
  const host = useRef<HTMLDivElement>(null)
  // On a narrow screen the row scrolls: the chosen tab is seen whole, and nothing but the row moves.
  useEffect(() => {
    const row = host.current
    const [box, tab] = [row?.getBoundingClientRect(), row?.querySelector('[aria-selected=true]')?.getBoundingClientRect()]
    if (row && box && tab && (tab.left < box.left || tab.right > box.right)) row.scrollLeft += tab.left - box.left - (box.width - tab.width) / 2
  }, [value])
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const at = (tabs.findIndex((tab) => tab.key === value) + step + tabs.length) % tabs.length
    onChange(tabs[at]!.key)
    host.current?.querySelectorAll<HTMLElement>('[role=tab]')[at]?.focus()
  }
  return (
    <div ref={host} className={soft ? 'xj-tabs xj-tabs--soft' : 'xj-tabs'} role="tablist" aria-label={label} onKeyDown={move}>
      {tabs.map((tab) => (
        <button key={tab.key} type="button" role="tab" aria-selected={tab.key === value} aria-controls={panel} tabIndex={tab.key === value ? 0 : -1} onClick={() => onChange(tab.key)}>
          {tab.label}
          {tab.count !== undefined && <span>{tab.count}</span>}
        </button>
      ))}
    </div>
  )
}
