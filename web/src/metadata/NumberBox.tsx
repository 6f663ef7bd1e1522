/** A number of a definition, shown as it is typed ("0." on the way to 0.5); what is none goes on as text, for the check to refuse. */
import { useState } from 'react'
import type { ControlProps } from '@/ui/Field'

type Given = number | string | undefined
const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)$/

/** What was typed as a number, a share as percent; what is none stays as typed. Pure. */
export function numberOf(typed: string, share = false): Given {
  const said = share ? typed.trim().replace(/[%％]$/, '').trim() : typed.trim()
  if (typed.trim() === '') return undefined
  if (!PLAIN.test(said)) return typed
  return share ? Number((Number(said) / 100).toFixed(6)) : Number(said)
}
export const textOf = (value: unknown, share = false): string => (typeof value === 'number' ? String(share ? Number((value * 100).toFixed(4)) : value) : String(value ?? ''))

interface NumberBoxProps { control?: Partial<ControlProps>; path?: string; label?: string; className?: string; placeholder?: string; value: unknown; share?: boolean; readOnly: boolean; onChange: (next: Given) => void }

export function NumberBox({ control, path, label, className, placeholder, value, share = false, readOnly, onChange }: NumberBoxProps) {
  const [typed, setTyped] = useState('')
  const shown = numberOf(typed, share) === value ? typed : textOf(value, share)
  return <input {...control} data-path={path} aria-label={label} placeholder={placeholder} className={className ? `xj-input ${className}` : 'xj-input'} inputMode="decimal" autoComplete="off" readOnly={readOnly} value={shown} onChange={(event) => { setTyped(event.target.value); onChange(numberOf(event.target.value, share)) }} />
}
