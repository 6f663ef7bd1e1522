/** A reason before a step that needs one: what is typed stays through a refusal. */
import { useState } from 'react'
import { errorText, tooLong } from '@/lib/errors'
import { useDraft } from '@/lib/drafts'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'

const LONGEST = 4000

interface AskWhyProps { draft: string; label: string; hint?: string; action: string; optional?: boolean; busy: boolean; error: unknown; onSend: (reason: string, sent: () => void) => void; onClose: () => void }

export function AskWhy({ draft, label, hint, action, optional, busy, error, onSend, onClose }: AskWhyProps) {
  const { t, tongue } = useTongue()
  const typed = useDraft<{ text: string }>(draft, { text: '' })
  const [tried, setTried] = useState(false)
  const text = typed.value.text
  const short = !optional && text.trim().length < 4
  const long = tooLong(text, LONGEST, t)
  return (
    <form className="xj-form xj-ask" noValidate onSubmit={(event) => { event.preventDefault(); setTried(true); if (!short && !long) onSend(text.trim(), typed.drop) }}>
      <Field label={label} required={!optional} hint={hint} error={long ?? (tried && short ? t('deal.reason_short') : error ? errorText(error, t, tongue) : undefined)}>
        {(control) => <textarea {...control} className="xj-input" rows={2} autoFocus value={text} onChange={(event) => typed.set({ text: event.target.value })} />}
      </Field>
      <div className="xj-form__foot"><Button kind="ghost" onClick={onClose}>{t('common.cancel')}</Button><Button type="submit" disabled={busy}>{action}</Button></div>
    </form>
  )
}
