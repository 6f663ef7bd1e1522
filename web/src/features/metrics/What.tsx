/** What a figure adds up or takes the middle of: a number of the record, or the time between two of its moments. */
import { useTongue } from '@/lib/text'
import type { FieldDefinition, Schema } from '@/api/types'
import { setAt, type Doc } from '@/metadata/editing'
import { Field } from '@/ui/Field'
import { PERS, readSpan, writeSpan } from './span'

interface WhatProps { document: Doc; how: string; fields: FieldDefinition[]; schema: Schema | undefined; readOnly: boolean; error: string | undefined; onChange: (next: Doc) => void }

export function What({ document, how, fields, schema, readOnly, error, onChange }: WhatProps) {
  const { t, say } = useTongue()
  const measure = (document.measure ?? {}) as Record<string, unknown>
  const what = String(measure[how] ?? '')
  const numbers = fields.filter((field) => ['number', 'money', 'percent'].includes(field.kind))
  const isMoment = (field: FieldDefinition) => field.kind === 'datetime'
  const own = fields.filter(isMoment).map((field) => ({ value: field.key, label: say(field.name, field.key) }))
  const near = fields.filter((field) => field.kind === 'relation').flatMap((relation) => (schema?.objects.find((each) => each.key === relation.to)?.fields.filter(isMoment) ?? []).map((field) => ({ value: `${relation.key}.${field.key}`, label: t('condition.of', { of: say(relation.name, relation.key), field: say(field.name, field.key) }) })))
  const moments = [...own, ...near]
  const span = readSpan(what, new Set(moments.map((each) => each.value)))
  const number = numbers.some((field) => field.key === what)
  const put = (expression: string, per?: string) => onChange({ ...document, measure: { [how]: expression, ...(per ? { per } : {}) } })
  const pick = (value: string) => {
    if (value !== '@working' && value !== '@wall') return put(value)
    const kept = { from: span?.from ?? own[0]?.value ?? 'created_at', to: span?.to ?? own.find((each) => each.value !== 'created_at')?.value ?? 'created_at' }
    return put(writeSpan({ working: value === '@working', ...kept }), value === '@wall' ? String(measure.per ?? 'days') : undefined)
  }
  const turn = (part: 'from' | 'to', value: string) => put(writeSpan({ ...span!, [part]: value }), span!.working ? undefined : String(measure.per ?? 'days'))
  const end = (part: 'from' | 'to') => (
    <Field label={t(`metrics.span.${part}`)}>{(control) => <select {...control} className="xj-input" disabled={readOnly} value={span![part]} onChange={(event) => turn(part, event.target.value)}>{moments.map((each) => <option key={each.value} value={each.value}>{each.label}</option>)}</select>}</Field>
  )
  return (
    <>
      <Field label={t('metrics.what')} error={error}>{(control) => (
        <select {...control} data-path={`measure.${how}`} className="xj-input" disabled={readOnly} value={span ? (span.working ? '@working' : '@wall') : number || !what ? what : '@own'} onChange={(event) => event.target.value !== '@own' && pick(event.target.value)}>
          {!what && <option value="">–</option>}
          {numbers.map((field) => <option key={field.key} value={field.key}>{say(field.name, field.key)}</option>)}
          <option value="@working">{t('metrics.span.working')}</option>
          <option value="@wall">{t('metrics.span.wall')}</option>
          {!span && !number && what && <option value="@own">{t('metrics.span.own')}</option>}
        </select>
      )}</Field>
      {span && <>{end('from')}{end('to')}</>}
      {span && !span.working && <Field label={t('metrics.span.per')}>{(control) => <select {...control} className="xj-input" disabled={readOnly} value={String(measure.per ?? 'days')} onChange={(event) => onChange(setAt(document, 'measure.per', event.target.value))}>{PERS.map((per) => <option key={per} value={per}>{t(`studio.value.${per}`)}</option>)}</select>}</Field>}
      {!span && !number && what && <Field label={t('metrics.span.own')}>{(control) => <input {...control} className="xj-input xj-code" readOnly={readOnly} value={what} onChange={(event) => put(event.target.value, measure.per as string | undefined)} />}</Field>}
    </>
  )
}
