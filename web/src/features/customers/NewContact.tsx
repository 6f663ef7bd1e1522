/** A further contact of a customer, written down where the contacts stand. */
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTongue } from '@/lib/text'
import { RecordForm } from '@/metadata/RecordForm'
import { partKey } from '@/metadata/records'
import { useObject } from '@/metadata/schema'
import { Button } from '@/ui/Button'

const ASKED = new Set(['name', 'title', 'mobile', 'wechat', 'role'])

export function NewContact({ customer }: { customer: string }) {
  const { t, say } = useTongue()
  const client = useQueryClient()
  const { meta } = useObject('contact')
  const [open, setOpen] = useState(false)
  const [start] = useState({ customer })
  if (!meta || meta.definition.can?.create === false) return null
  const name = t('form.create', { name: say(meta.definition.name) })
  if (!open) return <div className="xj-list__foot"><Button size="small" kind="ghost" icon="plus" onClick={() => setOpen(true)}>{name}</Button></div>
  const fields = [...meta.fields.values()].filter((field) => ASKED.has(field.key) || (field.required && field.key !== 'customer'))
  return (
    <section className="xj-card__body" aria-label={name}>
      <RecordForm object="contact" meta={meta} fields={fields} start={start} onClose={() => setOpen(false)} onWritten={() => void client.invalidateQueries({ queryKey: partKey('customer', customer, 'related.contacts') })} />
    </section>
  )
}
