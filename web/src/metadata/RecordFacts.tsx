/** The facts of a record: read as pairs, edited as a form with every refusal beside its field. */
import { useEffect, useState } from 'react'
import type { FieldDefinition, RecordRow } from '@/api/types'
import { problemsByField } from '@/lib/errors'
import { holdRecord } from '@/lib/query'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { FieldInput, isEditable } from './FieldInput'
import { useUpdateRecord } from './records'
import type { ObjectMeta } from './schema'
import { useDone } from './undo'
import { useValues } from './useValues'
import { valueText, type ValueContext } from './values'
import { ApiError } from '@/lib/api'
import './records.css'

export function Facts({ record, fields, context, sparse }: { record: RecordRow; fields: FieldDefinition[]; context: ValueContext; sparse?: boolean }) {
  const { t, say } = useTongue()
  const shown = fields.map((field) => ({ field, text: valueText(record[field.key], field, context) })).filter(({ text }) => text || !sparse)
  return (
    <dl className="xj-facts">
      {shown.map(({ field, text }) => (
        <FactPair key={field.key} name={say(field.name, field.key)} text={text} masked={field.can === 'masked'} maskedWord={t('common.masked')} />
      ))}
    </dl>
  )
}

function FactPair({ name, text, masked, maskedWord }: { name: string; text: string; masked: boolean; maskedWord: string }) {
  return <><dt>{name}</dt><dd data-empty={!text} className="xj-pre" title={masked ? maskedWord : undefined}>{text || '–'}</dd></>
}

interface FormProps { object: string; record: RecordRow; meta: ObjectMeta; fields: FieldDefinition[]; onClose: () => void }

/** Edit a record's fields; what is typed stays through refusals, conflicts and an ended session. */
export function RecordForm({ object, record, meta, fields, onClose }: FormProps) {
  const { t, tongue, say } = useTongue()
  const [base] = useState(record)
  const [typed, setTyped] = useState<Record<string, unknown>>({})
  const update = useUpdateRecord(object)
  const done = useDone()
  useEffect(() => holdRecord(object, record.id), [object, record.id])
  const problems = problemsByField(update.error, t, tongue)
  const conflict = update.error instanceof ApiError && (update.error.status === 409 || update.error.status === 412)
  const editable = fields.filter(isEditable)
  const changed = Object.keys(typed).filter((key) => JSON.stringify(typed[key]) !== JSON.stringify(base[key] ?? null))
  const save = (version: number) => {
    if (!changed.length) return onClose()
    const values = Object.fromEntries(changed.map((key) => [key, typed[key]]))
    update.mutate({ id: record.id, version, values }, { onSuccess: (written) => { done(t('common.saved'), written?.change); onClose() } })
  }
  return (
    <form className="xj-form" noValidate onSubmit={(event) => { event.preventDefault(); save(base.version) }}>
      {conflict && <Notice kind="error"><span className="xj-grow">{t('form.conflict')}</span><Button size="small" onClick={() => save(record.version)}>{t('form.save_anyway')}</Button></Notice>}
      {update.error && !conflict && <Notice kind="error">{problems[''] ?? t('form.refused', { count: Object.keys(problems).length || 1 })}</Notice>}
      {editable.map((field) => (
        <Field key={field.key} label={say(field.name, field.key)} required={field.required ?? false} error={problems[field.key]} hint={say(field.help) || undefined}>
          {(control) => <FieldInput field={field} label={say(field.name, field.key)} control={control} value={field.key in typed ? typed[field.key] : base[field.key]} onChange={(value) => setTyped((all) => ({ ...all, [field.key]: value }))} />}
        </Field>
      ))}
      {editable.length === 0 && <p className="xj-muted">{t('form.nothing_editable', { object: say(meta.definition.name) })}</p>}
      <div className="xj-form__foot">
        <Button kind="ghost" onClick={onClose}>{t('common.cancel')}</Button>
        <Button type="submit" disabled={update.isPending} className="xj-save">{t('common.save')}</Button>
      </div>
    </form>
  )
}

/** Facts and their edit form in one place. */
export function FactsPanel({ object, record, meta, fields, people, related }: Omit<FormProps, 'onClose'> & { people?: Record<string, string> | undefined; related?: Record<string, string> | undefined }) {
  const { t } = useTongue()
  const [editing, setEditing] = useState(false)
  const [all, setAll] = useState(false)
  const empty = fields.filter((field) => { const value = record[field.key]; return value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length) }).length
  const context = useValues(people, related)
  if (editing) return <RecordForm object={object} record={record} meta={meta} fields={fields} onClose={() => setEditing(false)} />
  return (
    <div className="xj-stack-8">
      <Facts record={record} fields={fields} context={context} sparse={!all} />
      <div className="xj-line">
        {record.can?.update && <Button icon="edit" onClick={() => setEditing(true)}>{t('common.edit')}</Button>}
        {empty > 0 && <Button kind="ghost" aria-expanded={all} onClick={() => setAll(!all)}>{t(all ? 'form.hide_empty' : 'form.show_empty', { count: empty })}</Button>}
      </div>
    </div>
  )
}
