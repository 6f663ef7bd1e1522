/** The whole value of a masked field, shown once to somebody who says why; the audit log keeps who, when and why. */
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { FieldDefinition } from '@/api/types'
import { call } from '@/lib/api'
import { errorText, tooLong } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Dialog } from '@/ui/heavy'

const LONGEST = 500

export default function Reveal({ object, id, field }: { object: string; id: string; field: FieldDefinition }) {
  const { t, tongue, say } = useTongue()
  const [open, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const ask = useMutation({ mutationFn: () => call<{ value: unknown }>('post', '/api/v1/records/{object_key}/{id}/reveal', { path: { object_key: object, id }, body: { field: field.key, reason: reason.trim() } }) })
  const name = say(field.name, field.key)
  const long = tooLong(reason, LONGEST, t)
  const close = () => { setOpen(false); setReason(''); ask.reset() }
  return (
    <>
      {' '}<Button kind="link" aria-label={t('reveal.of', { name })} onClick={() => setOpen(true)}>{t('reveal.show')}</Button>
      {open && (
        <Dialog open title={t('reveal.of', { name })} onClose={close} width={420}>
          {ask.data ? (
            <div className="xj-stack-8"><code className="xj-code xj-secret" data-revealed>{String(ask.data.value ?? '–')}</code><p className="xj-small xj-muted">{t('reveal.noted')}</p><div className="xj-form__foot"><Button kind="primary" onClick={close}>{t('common.close')}</Button></div></div>
          ) : (
            <form className="xj-form" onSubmit={(event) => { event.preventDefault(); if (reason.trim() && !long) ask.mutate() }}>
              <Field label={t('reveal.why')} required hint={t('reveal.hint')} error={long ?? (ask.error ? errorText(ask.error, t, tongue) : undefined)}>{(control) => <input {...control} className="xj-input" autoFocus value={reason} onChange={(event) => setReason(event.target.value)} />}</Field>
              <div className="xj-form__foot"><Button kind="ghost" onClick={close}>{t('common.cancel')}</Button><Button type="submit" kind="primary" disabled={ask.isPending} reason={reason.trim() ? long : t('reveal.first')}>{t('reveal.do')}</Button></div>
            </form>
          )}
        </Dialog>
      )}
    </>
  )
}
