/** What a list shows instead of rows: nothing yet, nothing found, not allowed, failed. */
import type { ReactNode } from 'react'
import { Icon, type IconName } from './Icon'

export function Empty({ icon = 'info', title, children, action }: { icon?: IconName; title: ReactNode; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="xj-empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action && <div className="xj-empty__action">{action}</div>}
    </div>
  )
}

export function Skeleton({ rows = 5, label }: { rows?: number; label: string }) {
  return (
    <div className="xj-bones" role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, at) => <div key={at} className="xj-bone" style={{ width: `${[62, 88, 74, 94, 55][at % 5]}%` }} />)}
    </div>
  )
}
