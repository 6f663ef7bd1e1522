/** A white card with a one-pixel line, an optional head and a body. */
import type { ReactNode } from 'react'

interface CardProps {
  title?: ReactNode
  aside?: ReactNode
  flush?: boolean
  children: ReactNode
  className?: string
  label?: string
}

export function Card({ title, aside, flush, children, className, label }: CardProps) {
  return (
    <section className={['xj-card', className].filter(Boolean).join(' ')} aria-label={label}>
      {(title || aside) && (
        <div className="xj-card__head">
          {title && <h2>{title}</h2>}
          {aside && <div className="xj-card__aside">{aside}</div>}
        </div>
      )}
      <div className={flush ? 'xj-card__body--flush' : 'xj-card__body'}>{children}</div>
    </section>
  )
}

export function Notice({ kind = 'warning', children }: { kind?: 'warning' | 'error' | 'info' | 'done'; children: ReactNode }) {
  return <div className={`xj-notice xj-notice--${kind}`} role={kind === 'error' ? 'alert' : undefined}>{children}</div>
}
