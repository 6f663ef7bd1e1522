/** A light dialog of the browser's own: focus stays inside, Escape and a press outside close it. */
import { useEffect, useRef, type ReactNode } from 'react'

export function Overlay({ label, className, onClose, children }: { label: string; className?: string; onClose: () => void; children: ReactNode }) {
  const host = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = host.current
    const before = document.activeElement as HTMLElement | null
    if (dialog && !dialog.open) dialog.showModal()
    return () => { dialog?.close(); before?.focus?.() }
  }, [])
  return (
    <dialog ref={host} className={['xj-overlay', className].filter(Boolean).join(' ')} aria-label={label} onCancel={(event) => { event.preventDefault(); onClose() }} onPointerDown={(event) => { if (event.target === host.current) onClose() }}>
      <div className="xj-overlay__body">{children}</div>
    </dialog>
  )
}
