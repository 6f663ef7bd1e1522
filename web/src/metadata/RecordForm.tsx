/** The form of a record, new or changed: laid out by its definition, its rules answered while typing, every refusal beside its field. */
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import type { FieldDefinition, RecordRow, Written } from '@/api/types'
import { ApiError, idempotencyKey } from '@/lib/api'
import { useDraft } from '@/lib/drafts'
import { errorText, problemsByField } from '@/lib/errors'
import { holdRecord } from '@/lib/query'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import { RecordConflict, type Side } from './Conflict'
import { FormFields } from './forms/FormFields'
import { changedValues, formOf, shownSections, useFormAnswer } from './forms/formState'
import { gateOf, otherProblems } from './gate'
import { guidanceOf } from './guidance'
import { LazyGate } from './LazyGate'
import { useCreateRecord, useUpdateRecord } from './records'
import type { ObjectMeta } from './schema'
import { useDone } from './undo'

const KnownFields = lazy(() => import('./forms/KnownFields'))

export interface RecordFormProps {
  object: string
  /** None: a new record. */
  record?: RecordRow | null
  meta: ObjectMeta
  fields: FieldDefinition[]
  start?: Record<string, unknown>
  onClose: () => void
  onWritten?: (written: Written) => void
  people?: Record<string, string> | undefined
  related?: Record<string, string> | undefined
}

const EMPTY = {}

/** What is typed stays through refusals, conflicts, an ended session and a closed tab. */
export function RecordForm({ object, record = null, meta, fields, start = EMPTY, onClose, onWritten, people, related }: RecordFormProps) {
  const { t, tongue, say } = useTongue()
  const [base] = useState(record)
  const draft = useDraft<Record<string, unknown>>([object, record?.id ?? 'new', ...(record ? [] : Object.values(start))].join('.'), start)
  const { value: typed, set: setTyped } = draft
  const [key] = useState(idempotencyKey)
  const host = useRef<HTMLFormElement>(null)
  const update = useUpdateRecord(object)
  const create = useCreateRecord(object)
  const done = useDone()
  const write = record ? update : create
  useEffect(() => (record ? holdRecord(object, record.id) : undefined), [object, record])
  const form = formOf(meta, fields)
  const answer = useFormAnswer(object, form.live || (!record && fields.some((field) => field.known)), typed, record?.id)
  const [opened, setOpened] = useState<string[]>([])
  // What is known already is not asked for: the server fills it in, unless somebody wants to say otherwise.
  const known = record ? [] : Object.entries(answer.known ?? {}).filter(([field]) => !opened.includes(field) && (typed[field] === undefined || typed[field] === null || typed[field] === ''))
  const sections = shownSections(form, meta, answer.fields).map((section) => ({ ...section, fields: section.fields.filter(({ field }) => !known.some(([key]) => key === field.key)) })).filter((section) => section.fields.length)
  const shown = new Set(sections.flatMap((section) => section.fields.map(({ field }) => field.key)))
  const quiet = guidanceOf(write.error).length > 0
  const problems = quiet ? {} : problemsByField(write.error, t, tongue)
  const elsewhere = Object.entries(problems).filter(([field]) => !shown.has(field)).map(([, words]) => words)
  const gate = gateOf(write.error)
  const conflict = write.error instanceof ApiError && write.error.code === 'records.version_conflict'
  const count = Object.keys(problems).length
  useEffect(() => { if (count) host.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus() }, [write.error, count])
  const end = () => { draft.drop(); onClose() }
  const finish = (written: Written) => { done(t('common.saved'), written?.change); end(); onWritten?.(written) }
  const save = (version: number, sides: Record<string, Side> = {}) => {
    const values = changedValues(Object.fromEntries(Object.entries(typed).filter(([field]) => sides[field] !== 'theirs' && (shown.has(field) || field in start))), base)
    if (!record) return create.mutate({ values, key }, { onSuccess: finish })
    if (!Object.keys(values).length) return end()
    update.mutate({ id: record.id, version, values }, { onSuccess: finish })
  }
  return (
    <form ref={host} className="xj-form" noValidate onSubmit={(event) => { event.preventDefault(); save(base?.version ?? 0) }}>
      {draft.restored && <Notice kind="info"><span className="xj-grow">{t('draft.restored')}</span><Button size="small" onClick={() => { setTyped(start); draft.drop() }}>{t('draft.drop')}</Button></Notice>}
      {conflict && base && <RecordConflict object={object} base={base} typed={typed} fields={[...meta.fields.values()]} busy={write.isPending} onSave={save} />}
      {gate.length > 0 && record && <LazyGate object={object} id={record.id} lines={gate} others={write.error instanceof ApiError ? otherProblems(write.error.problems) : []} />}
      {write.error && !conflict && !quiet && !(gate.length && record) && <Notice kind="error">{elsewhere.join(' ') || (count ? t('form.refused', { count }) : errorText(write.error, t, tongue))}</Notice>}
      <FormFields sections={sections} values={typed} record={base} problems={problems} onChange={(field, value) => setTyped((all) => ({ ...all, [field]: value }))} {...(people ? { people } : {})} {...(related ? { related } : {})} />
      {known.length > 0 && <Suspense fallback={null}><KnownFields known={known} meta={meta} onOpen={(field, value) => { setOpened((all) => [...all, field]); setTyped((all) => ({ ...all, [field]: value })) }} /></Suspense>}
      {sections.length === 0 && known.length === 0 && <p className="xj-muted">{t('form.nothing_editable', { object: say(meta.definition.name) })}</p>}
      <div className="xj-form__foot">
        <Button kind="ghost" onClick={end}>{t('common.cancel')}</Button>
        <Button type="submit" kind={record ? 'default' : 'primary'} disabled={write.isPending} className="xj-save">{t('common.save')}</Button>
      </div>
    </form>
  )
}
