/** The button: one look for `button` and link. Disabled buttons stay focusable when they carry a reason. */
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, ReactNode } from 'react'
import { Icon, type IconName } from './Icon'

export type ButtonKind = 'default' | 'primary' | 'ghost' | 'danger' | 'link'

interface Look {
  kind?: ButtonKind
  size?: 'small' | 'normal' | 'large'
  icon?: IconName
  block?: boolean
  /** Why the button cannot be used now; it is then focusable, marked disabled and does nothing. */
  reason?: string | undefined
  children?: ReactNode
}

function classes({ kind = 'default', size = 'normal', icon, block, children }: Look, extra?: string) {
  return ['xj-btn', kind !== 'default' && `xj-btn--${kind}`, size !== 'normal' && `xj-btn--${size}`, icon && !children && 'xj-btn--icon', block && 'xj-btn--block', extra]
    .filter(Boolean)
    .join(' ')
}

export function Button({ kind, size, icon, block, reason, children, className, onClick, type = 'button', ...rest }: Look & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button
      type={type}
      className={classes({ kind, size, icon, block, children }, className)}
      aria-disabled={reason ? true : undefined}
      title={reason ?? rest.title ?? (children ? undefined : rest['aria-label'])}
      onClick={reason ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  )
}

export function AnchorButton({ kind, size, icon, block, children, className, reason: _reason, ...rest }: Look & AnchorHTMLAttributes<HTMLAnchorElement>) {
  return (
    <a className={classes({ kind, size, icon, block, children }, className)} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </a>
  )
}
