/** Short messages at the foot of the screen, with at most one action (undo). Read out politely. */
import { useSyncExternalStore } from 'react'
import { Button } from './Button'
import { Icon } from './Icon'

export interface Toast { id: number; kind: 'done' | 'error' | 'info'; text: string; action?: { label: string; run: () => void } | undefined }

let toasts: Toast[] = []
let next = 1
const listeners = new Set<() => void>()
const publish = (list: Toast[]) => { toasts = list; listeners.forEach((listener) => listener()) }

/** Show a message; errors stay 10 s, others 6 s. */
export function showToast(toast: Omit<Toast, 'id'>): number {
  const id = next++
  publish([...toasts.slice(-2), { ...toast, id }])
  setTimeout(() => closeToast(id), toast.kind === 'error' || toast.action ? 10_000 : 6_000)
  return id
}

export function closeToast(id: number) {
  publish(toasts.filter((toast) => toast.id !== id))
}

const SIGN = { done: 'tick', error: 'alert', info: 'info' } as const

export function Toasts({ closeLabel }: { closeLabel: string }) {
  const list = useSyncExternalStore((listener) => { listeners.add(listener); return () => listeners.delete(listener) }, () => toasts)
  return (
    <div className="xj-toasts" role="status" aria-live="polite">
      {list.map((toast) => (
        <div key={toast.id} className={`xj-toast xj-toast--${toast.kind}`}>
          <Icon name={SIGN[toast.kind]} />
          <span className="xj-grow">{toast.text}</span>
          {toast.action && <Button kind="link" onClick={() => { toast.action?.run(); closeToast(toast.id) }}>{toast.action.label}</Button>}
          <Button kind="ghost" size="small" icon="cross" aria-label={closeLabel} onClick={() => closeToast(toast.id)} />
        </div>
      ))}
    </div>
  )
}
