/** How the object looks on a phone: the form to fill in, and a row of its list. */
import { useState } from 'react'
import type { FieldDefinition } from '@/api/types'
import { useTongue } from '@/lib/text'
import type { PreviewProps } from '@/metadata/editing'
import { FieldInput } from '@/metadata/FieldInput'
import { Field } from '@/ui/Field'
import { Tabs } from '@/ui/Tabs'
import type { FieldSpec } from './kinds'

const MOST = 24

export default function ObjectPreview({ document }: PreviewProps) {
  const { t, say } = useTongue()
  const [as, setAs] = useState<'form' | 'row'>('form')
  const owned = new Set((document.server_owned as string[] | undefined) ?? [])
  const fields = ((document.fields as FieldSpec[] | undefined) ?? []).filter((field) => field?.key && field.kind)
  const typed = fields.filter((field) => !['formula', 'rollup'].includes(field.kind) && !owned.has(field.key))
  const title = fields.find((field) => field.key === document.title)
  return (
    <div className="xj-phone" aria-label={t('studio.preview')}>
      <div className="xj-phone__head">{say(document.name as never, t('objects.unnamed'))}</div>
      <div className="xj-phone__tabs"><Tabs soft label={t('studio.preview')} value={as} onChange={setAs} tabs={[{ key: 'form', label: t('objects.as_form') }, { key: 'row', label: t('objects.as_row') }]} /></div>
      {as === 'row' ? (
        <ul>{[0, 1].map((n) => (
          <li key={n} className="xj-row"><span className="xj-row__main"><strong>{title ? String(title.example ?? say(title.name, title.key)) : say(document.name as never)}{n ? ' 2' : ''}</strong><span className="xj-facts-line xj-small">{fields.filter((field) => field.key !== document.title).slice(0, 3).map((field) => <span key={field.key}>{String(field.example ?? say(field.name, field.key))}</span>)}</span></span></li>
        ))}</ul>
      ) : (
        <div className="xj-phone__form xj-form">
          {typed.slice(0, MOST).map((field) => (
            <Field key={field.key} label={say(field.name, t('objects.unnamed'))} required={field.required === true} hint={[say(field.help as never), field.example ? t('objects.for_example', { example: String(field.example) }) : ''].filter(Boolean).join(' ') || undefined}>
              {(control) => <FieldInput field={{ ...(field as unknown as FieldDefinition), can: 'write' }} value={field.default ?? null} onChange={() => undefined} control={control} label={say(field.name, field.key)} />}
            </Field>
          ))}
          {typed.length > MOST && <p className="xj-small xj-muted">{t('objects.and_more', { count: typed.length - MOST })}</p>}
        </div>
      )}
    </div>
  )
}
