/** The fields an action asks for, filled in where they are missed; what is typed stays through a refusal. */
import type { RecordRow } from '@/api/types'
import { useDraft } from '@/lib/drafts'
import { errorText, problemsByField } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { isEditable } from '@/metadata/editable'
import { FieldInput } from '@/metadata/FieldInput'
import { useUpdateRecord } from '@/metadata/records'
import type { ObjectMeta } from '@/metadata/schema'
import { useDone } from '@/metadata/undo'
import { useValues } from '@/metadata/useValues'
import { valueText } from '@/metadata/values'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import { Field } from '@/ui/Field'
import type { ActionView } from './queries'

export function NeedFields({ object, record, meta, action }: { object: string; record: RecordRow; meta: ObjectMeta; action: ActionView }) {
  const { t, tongue, say } = useTongue()
  const context = useValues()
  const draft = useDraft<Record<string, unknown>>(`need.${record.id}.${action.key}`, {})
  const update = useUpdateRecord(object)
  const done = useDone()
  const fields = action.need.flatMap((key) => meta.fields.get(key) ?? [])
  const may = Boolean(record.can?.update)
  const typed = Object.fromEntries(Object.entries(draft.value).filter(([key, value]) => value !== record[key] && value !== null))
  const problems = problemsByField(update.error, t, tongue)
  const save = () => update.mutate({ id: record.id, version: record.version, values: typed, was: record }, { onSuccess: (written) => { draft.drop(); draft.set({}); draft.drop(); done(t('common.saved'), written?.change) } })
  return (
    <form className="xj-form" noValidate onSubmit={(event) => { event.preventDefault(); if (Object.keys(typed).length) save() }}>
      <div className="xj-form--two">
        {fields.map((field) => {
          const name = say(field.name, field.key)
          const held = record[field.key]
          return (
            <Field key={field.key} label={name} required error={problems[field.key]} hint={say(field.help) || undefined}>
              {(control) => (may && isEditable(field) ? <FieldInput field={field} label={name} control={control} value={field.key in draft.value ? draft.value[field.key] : held} onChange={(value) => draft.set((old) => ({ ...old, [field.key]: value }))} /> : <output id={control.id}>{valueText(held, field, context) || '–'}</output>)}
            </Field>
          )
        })}
      </div>
      {update.error && !fields.some((field) => problems[field.key]) && <Notice kind="error">{errorText(update.error, t, tongue)}</Notice>}
      {may && Object.keys(typed).length > 0 && <div className="xj-form__foot"><Button type="submit" disabled={update.isPending}>{t('deal.save_fields')}</Button></div>}
    </form>
  )
}
