/** Conditions of an object as sentences: 「当…时，必须填…」, 「状态不能从…改为…」. */
import { useTongue } from '@/lib/text'
import { written } from '@/lib/written'
import { ConditionBuilder } from '@/metadata/conditions/ConditionBuilder'
import { problemsAt, setAt, takeOut, type Doc, type Problem } from '@/metadata/editing'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Field } from '@/ui/Field'
import type { FieldSpec } from './kinds'

interface Condition { key: string; kind: 'required_if' | 'forbidden_transition'; when?: string; fields?: string[]; field?: string; from?: string[]; to?: string[]; message?: { zh?: string; en?: string }; [more: string]: unknown }
interface ConditionsProps { document: Doc; fields: FieldSpec[]; problems: Problem[]; readOnly: boolean; onChange: (conditions: Condition[]) => void }

export function Conditions({ document, fields, problems, readOnly, onChange }: ConditionsProps) {
  const { t, tongue, say } = useTongue()
  const rows = (Array.isArray(document.conditions) ? document.conditions : []) as Condition[]
  const label = (key: string | undefined) => { const field = fields.find((each) => each.key === key); return say(field?.name, key ?? '') }
  const choices = fields.filter((field) => field.kind === 'choice')
  const optionLabel = (key: string | undefined, value: string) => say((fields.find((each) => each.key === key)?.options as { key: string; name?: never }[] | undefined)?.find((each) => each.key === value)?.name, value)
  const add = (kind: Condition['kind']) => {
    let n = rows.length + 1
    while (rows.some((row) => row.key === `condition_${n}`)) n++
    onChange([...rows, kind === 'required_if' ? { key: `condition_${n}`, kind, when: '', fields: [] } : { key: `condition_${n}`, kind, field: choices[0]?.key ?? '', from: [], to: [] }])
  }
  const put = (at: number, part: string, value: unknown) => onChange(setAt(rows, [at, part], value))
  return (
    <Card title={t('objects.conditions')} aside={!readOnly && <><Button size="small" icon="plus" onClick={() => add('required_if')}>{t('objects.add_required_if')}</Button>{choices.length > 0 && <Button size="small" icon="plus" onClick={() => add('forbidden_transition')}>{t('objects.add_forbidden')}</Button>}</>}>
      {rows.length === 0 ? <p className="xj-muted">{t('objects.no_conditions')}</p> : (
        <ul className="xj-stack">
          {rows.map((row, at) => (
            <li key={row.key} className="xj-condition" data-path={`conditions.${at}`}>
              <div className="xj-line-nowrap"><strong className="xj-grow">{say(row.message) || (row.kind === 'required_if' ? t('objects.says_required', { fields: (row.fields ?? []).map(label).join('、') || '…' }) : t('objects.says_forbidden', { field: label(row.field), from: (row.from ?? []).map((each) => optionLabel(row.field, each)).join('、') || t('objects.any'), to: (row.to ?? []).map((each) => optionLabel(row.field, each)).join('、') || '…' }))}</strong>{!readOnly && <Button kind="ghost" size="small" icon="cross" aria-label={t('objects.remove_condition')} onClick={() => onChange(takeOut(rows, at))} />}</div>
              <details className="xj-fold" open={!row.message}><summary>{t('common.edit')}</summary>
                <div className="xj-stack-8">
                  {row.kind === 'required_if' ? (
                    <><p>{t('objects.when')}</p><div data-path={`conditions.${at}.when`}><ConditionBuilder object={String(document.key)} cel={row.when ?? ''} onChange={(when) => put(at, 'when', when)} problems={problemsAt(problems, `conditions.${at}.when`)} readOnly={readOnly} /></div>
                      <p>{t('objects.must_fill')}</p><Picks path={`conditions.${at}.fields`} all={fields.filter((field) => !['formula', 'rollup'].includes(field.kind)).map((field) => [field.key, say(field.name, field.key)])} chosen={row.fields ?? []} readOnly={readOnly} label={t('objects.must_fill')} onChange={(keys) => put(at, 'fields', keys)} /></>
                  ) : (
                    <><Field label={t('objects.which_field')}>{(control) => <select {...control} data-path={`conditions.${at}.field`} className="xj-input" disabled={readOnly} value={row.field ?? ''} onChange={(event) => onChange(setAt(rows, [at], { ...row, field: event.target.value, from: [], to: [] }))}>{choices.map((field) => <option key={field.key} value={field.key}>{say(field.name, field.key)}</option>)}</select>}</Field>
                      {(['from', 'to'] as const).map((side) => <div key={side}><p>{t(`objects.side_${side}`)}</p><Picks path={`conditions.${at}.${side}`} all={((fields.find((each) => each.key === row.field)?.options as { key: string; name?: never }[]) ?? []).map((option) => [option.key, say(option.name, option.key)])} chosen={row[side] ?? []} readOnly={readOnly} label={t(`objects.side_${side}`)} onChange={(keys) => put(at, side, keys)} /></div>)}</>
                  )}
                  <Field label={t('objects.message')} hint={t('objects.message_hint')}>{(control) => <input {...control} className="xj-input" readOnly={readOnly} value={written(row.message, tongue)} onChange={(event) => put(at, 'message', event.target.value ? { ...row.message, zh: event.target.value } : undefined)} />}</Field>
                </div>
              </details>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function Picks({ all, chosen, readOnly, label, path, onChange }: { all: [string, string][]; chosen: string[]; readOnly: boolean; label: string; path: string; onChange: (keys: string[]) => void }) {
  const { t } = useTongue()
  const rest = all.filter(([key]) => !chosen.includes(key))
  return (
    <div className="xj-line" data-path={path} role="group" aria-label={label}>
      {chosen.map((key) => <span key={key} className="xj-chip"><span className="xj-chip__text">{all.find(([each]) => each === key)?.[1] ?? key}</span>{!readOnly && <button type="button" className="xj-chip__close" aria-label={t('objects.take_out', { name: all.find(([each]) => each === key)?.[1] ?? key })} onClick={() => onChange(chosen.filter((each) => each !== key))}>×</button>}</span>)}
      {!readOnly && <select className="xj-input xj-pick" aria-label={label} value="" onChange={(event) => onChange([...chosen, event.target.value])}><option value="">{t('objects.choose')}</option>{rest.map(([key, name]) => <option key={key} value={key}>{name}</option>)}</select>}
    </div>
  )
}
