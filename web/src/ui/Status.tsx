/** A status is a shape, a word and a colour; overdue is the only filled chip. */
import type { ReactNode } from 'react'
import { Icon, type IconName } from './Icon'

export type StatusKind = 'overdue' | 'soon' | 'ontrack' | 'done' | 'idle'

const SHAPE: Record<StatusKind, IconName> = { overdue: 'octagon', soon: 'half', ontrack: 'clock', done: 'tick', idle: 'dash' }

export function Status({ kind, children, title }: { kind: StatusKind; children: ReactNode; title?: string }) {
  return (
    <span className={`xj-status xj-status--${kind}`} title={title} data-status={kind}>
      <Icon name={SHAPE[kind]} size={14} />
      {children}
    </span>
  )
}

export function Tag({ children, tint, title }: { children: ReactNode; tint?: boolean; title?: string }) {
  return <span className={tint ? 'xj-tag xj-tag--tint' : 'xj-tag'} title={title}><span className="xj-ellipsis">{children}</span></span>
}
