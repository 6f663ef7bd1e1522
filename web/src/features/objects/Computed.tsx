/** Fields that compute themselves: a formula tried live on real records, a roll-up put together from lists. */
import { useState } from 'react'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import type { Problem } from '@/metadata/editing'
import { ConditionBuilder } from '@/metadata/conditions/ConditionBuilder'
import { useSchema } from '@/metadata/schema'
import { useValues } from '@/metadata/useValues'
import { valueText } from '@/metadata/values'
import { Field } from '@/ui/Field'
import { AGGREGATES, RESULTS, type FieldSpec } from './kinds'
import { useFormulaTrial } from './queries'

interface FormulaProps { field: FieldSpec; path: string; object: string; live: boolean; readOnly: boolean; problem: string | undefined; onChange: (field: FieldSpec) => void }

export function FormulaSettings({ field, path, object, live, readOnly, problem, onChange }: FormulaProps) {
  const { t, tongue, say } = useTongue()
  const { data: schema } = useSchema()
  const context = useValues()
  const expr = String(field.expr ?? '')
  const result = String(field.result ?? 'number')
  const trial = useFormulaTrial(object, expr, result, live)
  const fields = schema?.objects.find((each) => each.key === object)?.fields.filter((each) => each.key !== field.key) ?? []
  const wrong = trial.data?.problems[0]
  return (
    <>
      <div className="xj-form__wide">
        <Field label={t('objects.formula')} error={wrong ? `${wrong.line ? t('condition.at', { line: wrong.line, column: wrong.column }) + ' ' : ''}${problemText(wrong as Problem, t, tongue)}` : problem} hint={t('objects.formula_hint')}>
          {(control) => <textarea {...control} data-path={`${path}.expr`} className="xj-input xj-code" rows={2} readOnly={readOnly} value={expr} onChange={(event) => onChange({ ...field, expr: event.target.value })} />}
        </Field>
        {!readOnly && <p className="xj-line xj-chips">{fields.slice(0, 40).map((each) => <button key={each.key} type="button" className="xj-insert" onClick={() => onChange({ ...field, expr: `${expr}${expr && !/\s$/.test(expr) ? ' ' : ''}${each.key}` })}>{say(each.name, each.key)}</button>)}</p>}
        {trial.data && !wrong && <ul className="xj-small xj-samples" aria-label={t('objects.samples')}>{trial.data.samples.map((sample, at) => <li key={at}>{sample.title ?? '–'}：<b>{valueText(sample.value, { key: field.key, kind: result, name: {}, can: 'read' }, context) || '–'}</b></li>)}</ul>}
      </div>
      <Field label={t('objects.result')}>{(control) => <select {...control} data-path={`${path}.result`} className="xj-input" disabled={readOnly} value={result} onChange={(event) => onChange({ ...field, result: event.target.value })}>{RESULTS.map((each) => <option key={each} value={each}>{t(`objects.kind.${each}.name`)}</option>)}</select>}</Field>
    </>
  )
}

interface RollupProps { field: FieldSpec; path: string; object: string; readOnly: boolean; problems: Problem[]; onChange: (field: FieldSpec) => void }
const EVENTS = ['touch.response', 'touch.followup', 'touch.note'] as const

export function RollupSettings({ field, path, object, readOnly, problems, onChange }: RollupProps) {
  const { t, tongue, say } = useTongue()
  const { data: schema } = useSchema()
  const [narrow, setNarrow] = useState(Boolean(field.filter))
  const relations = schema?.objects.flatMap((each) => each.fields.filter((one) => one.kind === 'relation' && one.to === object).map((one) => ({ value: `${each.key}.${one.key}`, label: t('objects.of_related', { name: say(each.name, each.key), field: say(one.name, one.key) }) }))) ?? []
  const [other] = String(field.of ?? '').split('.')
  const counted = schema?.objects.find((each) => each.key === other)?.fields.filter((each) => ['number', 'money', 'percent', 'date', 'datetime'].includes(each.kind)) ?? []
  const source = field.of ? String(field.of) : `events:${((field.events as string[]) ?? []).join(',')}`
  const aggregate = String(field.aggregate ?? 'count')
  const { of: _of, events: _events, field: _field, filter: _filter, ...rest } = field
  const pick = (value: string) => onChange((value.startsWith('events:') ? { ...rest, events: value.slice(7).split(','), aggregate: 'count' } : { ...rest, of: value }) as FieldSpec)
  return (
    <>
      <Field label={t('objects.rollup_of')} error={problems[0] && problemText(problems[0], t, tongue)}>{(control) => <select {...control} data-path={`${path}.of`} className="xj-input" disabled={readOnly} value={source} onChange={(event) => pick(event.target.value)}>
        {relations.map((each) => <option key={each.value} value={each.value}>{each.label}</option>)}
        {EVENTS.map((each) => <option key={each} value={`events:${each}`}>{t(`rules.event.${each.replace('.', '_')}`)}</option>)}
        {!relations.some((each) => each.value === source) && !EVENTS.some((each) => `events:${each}` === source) && <option value={source}>{((field.events as string[]) ?? [source]).map((each) => t(`rules.event.${each.replace('.', '_')}`, { defaultValue: each })).join('、')}</option>}
      </select>}</Field>
      <Field label={t('objects.aggregate')}>{(control) => <select {...control} data-path={`${path}.aggregate`} className="xj-input" disabled={readOnly} value={aggregate} onChange={(event) => onChange({ ...field, aggregate: event.target.value })}>{AGGREGATES.filter((each) => field.of || each === 'count' || each === 'last').map((each) => <option key={each} value={each}>{t(`objects.aggregates.${each}`)}</option>)}</select>}</Field>
      {Boolean(field.of) && aggregate !== 'count' && <Field label={t('objects.rollup_field')}>{(control) => <select {...control} data-path={`${path}.field`} className="xj-input" disabled={readOnly} value={String(field.field ?? '')} onChange={(event) => onChange({ ...field, field: event.target.value })}><option value="">–</option>{counted.map((each) => <option key={each.key} value={each.key}>{say(each.name, each.key)}</option>)}</select>}</Field>}
      {Boolean(field.of) && <div className="xj-form__wide"><label className="xj-check"><input type="checkbox" disabled={readOnly} checked={narrow} onChange={(event) => { setNarrow(event.target.checked); if (!event.target.checked) onChange(Object.fromEntries(Object.entries(field).filter(([key]) => key !== 'filter')) as FieldSpec) }} />{t('objects.only_some')}</label>{narrow && <ConditionBuilder object={other!} cel={String(field.filter ?? '')} onChange={(filter) => onChange({ ...field, filter })} readOnly={readOnly} />}</div>}
    </>
  )
}
