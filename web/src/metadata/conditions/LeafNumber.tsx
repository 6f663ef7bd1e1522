/** The number of a condition as it is typed: what is none stays in the box with what is wrong about it, and the condition waits. */
import { useId, useState } from 'react'
import { useTongue } from '@/lib/text'
import { Icon } from '@/ui/Icon'

interface LeafNumberProps { label: string; value: number | null | undefined; whole?: boolean; read?: (typed: string) => number | null; write?: (value: number) => string; placeholder?: string | undefined; invalid?: boolean; readOnly?: boolean; onChange: (value: number | null) => void }

const plain = (typed: string) => (/^\s*-?(\d+\.?\d*|\.\d+)\s*$/.test(typed) ? Number(typed) : null)
const counted = (typed: string) => (/^\s*\d{1,9}\s*$/.test(typed) ? Number(typed) : null)

export function LeafNumber({ label, value, whole, read = whole ? counted : plain, write = String, placeholder, invalid, readOnly, onChange }: LeafNumberProps) {
  const { t } = useTongue()
  const about = `${useId()}-error`
  const known = typeof value === 'number' ? write(value) : ''
  const [typed, setTyped] = useState(known)
  const none = typed.trim() !== '' && read(typed) === null
  const shown = none && typeof value !== 'number' ? typed : read(typed) === (value ?? null) ? typed : known
  const wrong = none && shown === typed
  return (
    <>
      <input className="xj-input" inputMode={whole ? 'numeric' : 'decimal'} aria-label={label} aria-invalid={invalid || wrong || undefined} aria-describedby={wrong ? about : undefined} placeholder={placeholder} disabled={readOnly} value={shown} onChange={(event) => { setTyped(event.target.value); onChange(read(event.target.value)) }} />
      {wrong && <span id={about} className="xj-field__error xj-cond__wide" role="alert"><Icon name="alert" />{t(`errors.input_not_${whole ? 'whole' : 'a_number'}`)}</span>}
    </>
  )
}
