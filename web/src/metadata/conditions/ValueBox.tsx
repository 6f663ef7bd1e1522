/** The value of one condition, by the shape its operator asks for. */
import type { FieldDefinition } from '@/api/types'
import { useTongue } from '@/lib/text'
import { fromLocalInput, toLocalInput } from '@/lib/time'
import { SelectBox } from '@/ui/heavy'
import { parseMoney } from '../FieldInput'
import { useSchema } from '../schema'
import { useValues } from '../useValues'
import { REFERENCE, valueText } from '../values'
import { LeafNumber } from './LeafNumber'
import { NumberOrLimit } from './NumberOrLimit'
import { askedKind, type Operator } from './operators'
import { isOverTime, type Place } from './queries'
import type { Leaf, Unit } from './tree'

interface ValueProps { field: FieldDefinition; operator: Operator; leaf: Leaf; label: string; place?: Place; readOnly: boolean; invalid: boolean; onChange: (leaf: Leaf) => void }

const UNITS: Unit[] = ['m', 'h', 'd']
const listOf = (value: Leaf['value']): string[] => (Array.isArray(value) ? value.map(String) : value === null || value === undefined || value === '' ? [] : [String(value)])

/** What was typed as a number of this field, in major units; "15万" counts as 150,000. null while it is none. */
export function typedNumber(text: string, kind: string): number | null {
  if (!text.trim()) return null
  if (kind === 'percent') { const found = Number(text.replace(/[%％]/g, '')); return Number.isFinite(found) ? Number((found / 100).toPrecision(12)) : null }
  return parseMoney(text, 0) === null ? null : kind === 'money' || /[万亿,，¥￥元]/.test(text) ? decimalMoney(text) : Number(text)
}

const decimalMoney = (text: string) => { const cents = parseMoney(text, 2); return cents === null ? null : cents / 100 }
const numberText = (value: Leaf['value'], kind: string) => (typeof value === 'number' ? (kind === 'percent' ? String(Number((value * 100).toPrecision(12))) : String(value)) : '')

export function ValueBox(props: ValueProps) {
  const { field, operator, leaf, label, readOnly, invalid, onChange } = props
  const context = useValues()
  // Amounts stand here in major units, as they are typed; names and choices in words.
  const words = (one: string) => (['choice', 'multi_choice', 'person'].includes(field.kind) || REFERENCE[field.key] ? valueText(one, field, context) || one : one)
  const { t, tongue } = useTongue()
  const { data: schema } = useSchema()
  const many = (options: { value: string; label: string }[], free = false) => (
    <SelectBox label={label} multiple free={free} options={options} value={listOf(leaf.value)} invalid={invalid} onChange={(next) => onChange({ ...leaf, op: operator.op === 'eq' ? 'in' : leaf.op, value: (next as string[] | null) ?? [] })} />
  )
  if (isOverTime(props.place) && operator.shape === 'number') return <NumberOrLimit leaf={leaf} place={props.place} label={label} readOnly={readOnly} onChange={onChange}>{!readOnly && <NumberBox {...props} />}</NumberOrLimit>
  if (readOnly && !['none'].includes(operator.shape)) return <span className="xj-cond__said">{listOf(leaf.value).map(words).join('、')}{leaf.unit ? ` ${t(`condition.unit.${leaf.unit}`)}` : ''}</span>
  switch (operator.shape) {
    case 'none': return null
    case 'number': case 'minutes': return <NumberBox {...props} />
    case 'span': return (
      <span className="xj-cond__pair">
        <NumberBox {...props} />
        <select className="xj-input" aria-label={t('condition.unit.label')} value={leaf.unit ?? 'm'} onChange={(event) => onChange({ ...leaf, unit: event.target.value as Unit })}>
          {(leaf.unit === 's' ? ['s', ...UNITS] : UNITS).map((unit) => <option key={unit} value={unit}>{t(`condition.unit.${unit}`)}</option>)}
        </select>
      </span>
    )
    case 'choices': return leaf.op === 'eq' || leaf.op === 'ne' ? <OneChoice {...props} /> : many(optionsOf(props.field, tongue))
    case 'people': return leaf.op === 'eq' || leaf.op === 'ne' ? <OneChoice {...props} people /> : many(schema?.people.map((person) => ({ value: person.id, label: person.name })) ?? [])
    case 'texts': return many(optionsOf(props.field, tongue), true)
    case 'weekdays': return <SelectBox label={label} multiple options={[1, 2, 3, 4, 5, 6, 7].map((day) => ({ value: String(day), label: t(`condition.day.${day}`) }))} value={listOf(leaf.value)} invalid={invalid} onChange={(next) => onChange({ ...leaf, value: ((next as string[] | null) ?? []).map(Number) as unknown as string[] })} />
    case 'team': return <Keyed {...props} options={schema?.units ?? []} />
    case 'region': return <Keyed {...props} options={schema?.regions ?? []} />
    case 'date': return <input className="xj-input" type="date" aria-label={label} aria-invalid={invalid || undefined} value={String(leaf.value ?? '')} onChange={(event) => onChange({ ...leaf, value: event.target.value || null })} />
    case 'datetime': return <input className="xj-input" type="datetime-local" aria-label={label} aria-invalid={invalid || undefined} value={toLocalInput(leaf.value as string | null)} onChange={(event) => onChange({ ...leaf, value: fromLocalInput(event.target.value)?.replace('.000Z', 'Z') ?? null })} />
    default: return <input className="xj-input" aria-label={label} aria-invalid={invalid || undefined} value={String(leaf.value ?? '')} onChange={(event) => onChange({ ...leaf, value: event.target.value })} />
  }
}

const optionsOf = (field: FieldDefinition, tongue: string) => field.options?.map((option) => ({ value: option.key, label: (tongue === 'en' ? option.name.en || option.name.zh : option.name.zh || option.name.en) || option.key })) ?? []

function NumberBox({ field, operator, leaf, label, invalid, onChange }: ValueProps) {
  const kind = operator.shape === 'number' && !operator.fn ? askedKind(field) : 'number'
  return <LeafNumber label={label} value={leaf.value as number | null | undefined} read={(typed) => typedNumber(typed, kind)} write={(value) => numberText(value, kind)} placeholder={kind === 'percent' ? '%' : undefined} invalid={invalid} onChange={(value) => onChange({ ...leaf, value })} />
}

function OneChoice({ field, leaf, label, invalid, onChange, people }: ValueProps & { people?: boolean }) {
  const { tongue } = useTongue()
  const { data: schema } = useSchema()
  const options = people ? schema?.people.map((person) => ({ value: person.id, label: person.name })) ?? [] : optionsOf(field, tongue)
  const value = String(leaf.value ?? '')
  return (
    <select className="xj-input" aria-label={label} aria-invalid={invalid || undefined} value={value} onChange={(event) => onChange({ ...leaf, value: event.target.value })}>
      {!options.some((option) => option.value === value) && <option value={value}>{value}</option>}
      {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
    </select>
  )
}

function Keyed({ leaf, label, invalid, onChange, options }: ValueProps & { options: { key: string; name: unknown }[] }) {
  const { say } = useTongue()
  const value = String(leaf.value ?? '')
  return (
    <select className="xj-input" aria-label={label} aria-invalid={invalid || undefined} value={value} onChange={(event) => onChange({ ...leaf, value: event.target.value || null })}>
      <option value="">–</option>
      {value && !options.some((option) => option.key === value) && <option value={value}>{value}</option>}
      {options.map((option) => <option key={option.key} value={option.key}>{say(option.name as string, option.key)}</option>)}
    </select>
  )
}
