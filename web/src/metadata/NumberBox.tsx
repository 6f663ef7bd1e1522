/** A number of a definition, shown as it is typed ("0." on the way to 0.5); what is none goes on as text, for the check to refuse. */
import { useState } from 'react'
import type { ControlProps } from '@/ui/Field'

type Given = number | string | undefined
const read = (typed: string): Given => (typed.trim() === '' ? undefined : Number.isFinite(Number(typed)) ? Number(typed) : typed)

interface NumberBoxProps { control: ControlProps; path: string; value: unknown; readOnly: boolean; onChange: (next: Given) => void }

export function NumberBox({ control, path, value, readOnly, onChange }: NumberBoxProps) {
  const [typed, setTyped] = useState('')
  const shown = read(typed) === value ? typed : String(value ?? '')
  return <input {...control} data-path={path} className="xj-input" inputMode="decimal" readOnly={readOnly} value={shown} onChange={(event) => { setTyped(event.target.value); onChange(read(event.target.value)) }} />
}
