/** One condition: field, operator, value, in that order. */
import { useState } from 'react'
import type { FieldDefinition } from '@/api/types'
import { useTongue } from '@/lib/text'
import { fromLocalInput, toLocalInput } from '@/lib/time'
import { Button } from '@/ui/Button'
import { Field, type ControlProps } from '@/ui/Field'
import { SelectBox } from '@/ui/heavy'
import { operatorsOf, type Leaf, type LeafValue, type Operator } from './filter'
import { useSchema } from './schema'

interface LeafEditorProps { fields: FieldDefinition[]; leaf?: Leaf | undefined; onPut: (leaf: Leaf) => void; onCancel: () => void }

const NO_VALUE: Operator[] = ['empty', 'filled', 'yes', 'no']

export function LeafEditor({ fields, leaf, onPut, onCancel }: LeafEditorProps) {
  const { t, say } = useTongue()
  const [draft, setDraft] = useState<Leaf>(leaf ?? start(fields[0]!))
  const field = fields.find((each) => each.key === draft.field) ?? fields[0]!
  const ready = NO_VALUE.includes(draft.op) || (Array.isArray(draft.value) ? draft.value.length > 0 : draft.value !== undefined && draft.value !== null && draft.value !== '')
  return (
    <form className="xj-filter__editor" onSubmit={(event) => { event.preventDefault(); if (ready) onPut(NO_VALUE.includes(draft.op) ? { field: draft.field, op: draft.op } : draft) }}>
      <div className="xj-filter__grid">
        <Field label={t('filter.field')}>
          {(control) => (
            <select {...control} className="xj-input" value={field.key} onChange={(event) => setDraft(start(fields.find((each) => each.key === event.target.value)!))}>
              {fields.map((each) => <option key={each.key} value={each.key}>{say(each.name, each.key)}</option>)}
            </select>
          )}
        </Field>
        <Field label={t('filter.operator')}>
          {(control) => (
            <select {...control} className="xj-input" value={draft.op} onChange={(event) => setDraft({ ...draft, op: event.target.value as Operator })}>
              {operatorsOf(field).map((op) => <option key={op} value={op}>{t(`filter.op.${op}`)}</option>)}
            </select>
          )}
        </Field>
        {!NO_VALUE.includes(draft.op) && (
          <Field label={t('filter.value')}>
            {(control) => <ValueInput field={field} leaf={draft} control={control} onChange={(value, unit) => setDraft({ ...draft, value, ...(unit ? { unit } : {}) })} />}
          </Field>
        )}
      </div>
      <div className="xj-line"><Button type="submit" reason={ready ? undefined : t('filter.needs_value')}>{t('filter.apply')}</Button><Button kind="ghost" onClick={onCancel}>{t('common.cancel')}</Button></div>
    </form>
  )
}

function start(field: FieldDefinition): Leaf {
  const op = operatorsOf(field)[0]!
  return op === 'within' ? { field: field.key, op, value: 7, unit: 'days' } : { field: field.key, op }
}

interface ValueInputProps { field: FieldDefinition; leaf: Leaf; control: ControlProps; onChange: (value: LeafValue, unit?: Leaf['unit']) => void }

function ValueInput({ field, leaf, control, onChange }: ValueInputProps) {
  const { t, say } = useTongue()
  const { data: schema } = useSchema()
  if (leaf.op === 'older' || leaf.op === 'within') {
    return (
      <div className="xj-line-nowrap">
        <input {...control} className="xj-input" inputMode="numeric" value={String(leaf.value ?? '')} onChange={(event) => onChange(event.target.value)} />
        <select className="xj-input" aria-label={t('filter.unit.label')} value={leaf.unit ?? 'days'} onChange={(event) => onChange(leaf.value ?? '', event.target.value as Leaf['unit'])}>
          {(['minutes', 'hours', 'days'] as const).map((unit) => <option key={unit} value={unit}>{t(`filter.unit.${unit}`)}</option>)}
        </select>
      </div>
    )
  }
  const options = field.kind === 'person'
    ? schema?.people.map((person) => ({ value: person.id, label: person.name }))
    : field.options?.map((option) => ({ value: option.key, label: say(option.name, option.key) }))
  if (options?.length) return <SelectBox id={control.id} label={say(field.name, field.key)} multiple options={options} value={Array.isArray(leaf.value) ? leaf.value : []} onChange={(value) => onChange(value as string[])} />
  if (['in', 'not_in', 'has', 'lacks'].includes(leaf.op)) {
    return <input {...control} className="xj-input" value={Array.isArray(leaf.value) ? leaf.value.join(' ') : ''} onChange={(event) => onChange(event.target.value.split(/[\s,，、]+/).filter(Boolean))} />
  }
  if (leaf.op === 'before' || leaf.op === 'after') {
    return field.kind === 'date'
      ? <input {...control} className="xj-input" type="date" value={String(leaf.value ?? '')} onChange={(event) => onChange(event.target.value)} />
      : <input {...control} className="xj-input" type="datetime-local" value={toLocalInput(leaf.value as string | null)} onChange={(event) => onChange(fromLocalInput(event.target.value))} />
  }
  return <input {...control} className="xj-input" value={String(leaf.value ?? '')} onChange={(event) => onChange(event.target.value)} />
}
