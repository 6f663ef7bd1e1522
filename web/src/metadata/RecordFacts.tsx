/** The facts of a record: read as pairs in the order of its form, edited in the form itself. */
import { lazy, Suspense, useState, type ReactNode } from 'react'
import type { FieldDefinition, RecordRow } from '@/api/types'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { usePageActions } from './actions'
import { RecordForm, type RecordFormProps } from './RecordForm'
import { useRight } from './session'
import { useValues } from './useValues'
import { valueText, type ValueContext } from './values'
import './records.css'

const Reveal = lazy(() => import('./Reveal'))
const Origins = lazy(() => import('./Origins'))

export function Facts({ record, fields, context, sparse, object }: { object?: string; record: RecordRow; fields: FieldDefinition[]; context: ValueContext; sparse?: boolean }) {
  const { t, say } = useTongue()
  const may = useRight('reveal')
  const shown = fields.map((field) => ({ field, text: valueText(record[field.key], field, context) })).filter(({ text }) => text || !sparse)
  return (
    <dl className="xj-facts">
      {shown.map(({ field, text }) => (
        <FactPair key={field.key} name={say(field.name, field.key)} text={text} masked={field.can === 'masked'} maskedWord={t('common.masked')}>{may && object && text && field.can === 'masked' && !(record.masked as string[] | undefined)?.includes(field.key) && <Suspense fallback={null}><Reveal object={object} id={record.id} field={field} /></Suspense>}</FactPair>
      ))}
    </dl>
  )
}

function FactPair({ name, text, masked, maskedWord, children }: { name: string; text: string; masked: boolean; maskedWord: string; children?: ReactNode }) {
  return <><dt>{name}</dt><dd data-empty={!text} className="xj-pre" title={masked ? maskedWord : undefined}>{text || '–'}{children}</dd></>
}

type PanelProps = Omit<RecordFormProps, 'onClose' | 'record' | 'start' | 'onWritten'> & { record: RecordRow }

/** Facts and their edit form in one place. */
export function FactsPanel({ object, record, meta, fields, people, related }: PanelProps) {
  const { t } = useTongue()
  const [editing, setEditing] = useState(false)
  const [all, setAll] = useState(false)
  const [origins, setOrigins] = useState(false)
  const order = new Map(meta.definition.form?.layout.flatMap((section) => section.fields.map((each) => each.field)).map((key, at) => [key, at]))
  const sorted = order.size ? [...fields].sort((a, b) => (order.get(a.key) ?? 999) - (order.get(b.key) ?? 999)) : fields
  const empty = fields.filter((field) => { const value = record[field.key]; return value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length) }).length
  const context = useValues(people, related)
  const may = record.can?.update ?? false
  usePageActions([{ id: 'edit', label: 'common.edit', icon: 'edit', keys: 'e', also: 'bj', can: () => may && !editing, run: () => setEditing(true) }])
  if (editing) return <RecordForm object={object} record={record} meta={meta} fields={fields} people={people} related={related} onClose={() => setEditing(false)} />
  return (
    <div className="xj-stack-8">
      <Facts object={object} record={record} fields={sorted} context={context} sparse={!all} />
      <div className="xj-line">
        {may && <Button icon="edit" onClick={() => setEditing(true)}>{t('common.edit')}</Button>}
        {empty > 0 && <Button kind="ghost" aria-expanded={all} onClick={() => setAll(!all)}>{t(all ? 'form.hide_empty' : 'form.show_empty', { count: empty })}</Button>}
        <Button kind="ghost" aria-expanded={origins} onClick={() => setOrigins(!origins)}>{t('known.origins')}</Button>
      </div>
      {origins && <Suspense fallback={null}><Origins object={object} id={record.id} version={record.version} fields={sorted} /></Suspense>}
    </div>
  )
}
