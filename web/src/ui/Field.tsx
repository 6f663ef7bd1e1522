/** A labelled control with hint and error, wired for readers. */
import { useId, type ReactNode } from 'react'
import { Icon } from './Icon'

export interface ControlProps { id: string; 'aria-invalid'?: boolean; 'aria-describedby'?: string; required?: boolean }

interface FieldProps {
  label: ReactNode
  required?: boolean
  hint?: ReactNode
  error?: ReactNode
  /** The label is read out but not shown. */
  quiet?: boolean
  children: (control: ControlProps) => ReactNode
}

export function Field({ label, required, hint, error, quiet, children }: FieldProps) {
  const id = useId()
  const about = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className="xj-field">
      <label className={quiet ? 'xj-sr' : 'xj-field__label'} htmlFor={id}>{label}{required && <span className="xj-req" aria-hidden="true">*</span>}</label>
      {children({ id, ...(error ? { 'aria-invalid': true } : {}), ...(about ? { 'aria-describedby': about } : {}), ...(required ? { required } : {}) })}
      {hint && <div id={`${id}-hint`} className="xj-field__hint">{hint}</div>}
      {error && <div id={`${id}-error`} className="xj-field__error" role="alert"><Icon name="alert" />{error}</div>}
    </div>
  )
}
