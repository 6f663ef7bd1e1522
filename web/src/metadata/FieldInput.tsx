/** The input of a field by its kind. Values go in and out as the server keeps them. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { FieldDefinition } from '@/api/types'
import { call } from '@/lib/api'
import { useTongue } from '@/lib/text'
import { fromLocalInput, toLocalInput } from '@/lib/time'
import type { ControlProps } from '@/ui/Field'
import { DateBox, SelectBox } from '@/ui/heavy'
import { useSchema } from './schema'
import { useMe } from './session'
import { REFERENCE } from './values'

interface InputProps { field: FieldDefinition; value: unknown; onChange: (value: unknown) => void; control: ControlProps; label: string }

const text = (value: unknown) => (value === null || value === undefined ? '' : String(value))
const INPUT_TYPE: Record<string, string> = { phone: 'tel', email: 'email', url: 'url' }

/** What was typed as money, in minor units; "15万" counts as 150,000. */
export function parseMoney(typed: string, decimals: number): number | null {
  const found = /^\s*[¥￥]?\s*(-?[\d,]+(?:\.\d+)?)\s*(万|亿)?\s*元?\s*$/.exec(typed)
  if (!found) return null
  const scale = found[2] === '万' ? 10_000 : found[2] === '亿' ? 100_000_000 : 1
  return Math.round(Number(found[1]!.replace(/,/g, '')) * scale * 10 ** decimals)
}

function NumberInput({ field, value, onChange, control }: InputProps) {
  const decimals = useMe()?.workspace.currency_decimals ?? 2
  const scale = field.kind === 'money' ? 10 ** decimals : field.kind === 'percent' ? 0.01 : 1
  const [typed, setTyped] = useState(() => (value === null || value === undefined ? '' : Number.isNaN(Number(value)) ? String(value) : String(Number(value) / scale)))
  const take = (next: string) => {
    setTyped(next)
    if (!next.trim()) return onChange(null)
    const parsed = field.kind === 'money' ? parseMoney(next, decimals) : Number(next) * scale
    onChange(parsed === null || Number.isNaN(parsed) ? next : parsed)
  }
  return <input className="xj-input" inputMode="decimal" value={typed} onChange={(event) => take(event.target.value)} {...control} />
}

function ChoiceInput({ field, value, onChange, control }: InputProps) {
  const { say } = useTongue()
  return (
    <select className="xj-input" value={text(value)} onChange={(event) => onChange(event.target.value || null)} {...control}>
      <option value="">–</option>
      {field.options?.map((option) => <option key={option.key} value={option.key}>{say(option.name, option.key)}</option>)}
    </select>
  )
}

/** A text field that names something of the schema (source, region, …) is chosen from that list. */
function NamedInput({ field, value, onChange, control }: InputProps) {
  const { say } = useTongue()
  const { data: schema } = useSchema()
  const options = schema?.[REFERENCE[field.key]!] ?? []
  if (!options.length) return <input className="xj-input" value={text(value)} onChange={(event) => onChange(event.target.value || null)} {...control} />
  const known = options.some((option) => option.key === value)
  return (
    <select className="xj-input" value={text(value)} onChange={(event) => onChange(event.target.value || null)} {...control}>
      <option value="">–</option>
      {Boolean(value) && !known && <option value={text(value)}>{text(value)}</option>}
      {options.map((option) => <option key={option.key} value={option.key}>{say(option.name, option.key)}</option>)}
    </select>
  )
}

function PersonInput({ value, onChange, control, label }: InputProps) {
  const { data: schema } = useSchema()
  const options = schema?.people.map((person) => ({ value: person.id, label: person.name })) ?? []
  return <SelectBox id={control.id} label={label} value={text(value)} options={options} onChange={(next) => onChange(next)} invalid={control['aria-invalid'] ?? false} />
}

function RelationInput({ field, value, onChange, control, label }: InputProps) {
  const [search, setSearch] = useState('')
  const object = field.to ?? ''
  const { data } = useQuery({
    queryKey: ['records', object, 'pick', search],
    queryFn: () => call<{ rows: Record<string, unknown>[] }>('get', '/api/v1/records/{object_key}', { path: { object_key: object }, query: { search, limit: 20 } }),
    enabled: Boolean(object),
    placeholderData: keepPreviousData, // what is found stays to be taken while more is looked for
  })
  const [chosen, setChosen] = useState<{ value: string; label: string } | null>(null)
  const { data: schema } = useSchema()
  const title = schema?.objects.find((each) => each.key === object)?.title ?? 'name'
  const found = data?.rows.map((row) => ({ value: String(row.id), label: text(row[title]) })) ?? []
  const options = chosen && chosen.value === value && !found.some((each) => each.value === value) ? [...found, chosen] : found
  return <SelectBox id={control.id} label={label} value={text(value)} options={options} onSearch={setSearch} onChange={(next) => { setChosen(options.find((each) => each.value === next) ?? null); onChange(next) }} invalid={control['aria-invalid'] ?? false} />
}

function ListInput({ field, value, onChange, control, label }: InputProps) {
  const { say } = useTongue()
  const options = field.options?.map((option) => ({ value: option.key, label: say(option.name, option.key) })) ?? []
  return <SelectBox id={control.id} label={label} value={(value as string[] | null) ?? []} options={options} multiple free={field.kind === 'tags'} onChange={(next) => onChange(next)} invalid={control['aria-invalid'] ?? false} />
}

function DateInput({ field, value, onChange, control, label }: InputProps) {
  const time = field.kind === 'datetime'
  const kept = text(value)
  return <DateBox id={control.id} label={label} time={time} value={time && !Number.isNaN(Date.parse(kept)) ? toLocalInput(kept) : kept} onUnreadable={onChange} onChange={(next) => onChange(next ? (time ? fromLocalInput(next) : next) : null)} invalid={control['aria-invalid'] ?? false} />
}

export function FieldInput(props: InputProps) {
  const { field, value, onChange, control } = props
  if (REFERENCE[field.key] && !field.options?.length && ['text', 'choice'].includes(field.kind)) return <NamedInput {...props} />
  switch (field.kind) {
    case 'number': case 'money': case 'percent': return <NumberInput {...props} />
    case 'choice': return field.options?.length ? <ChoiceInput {...props} /> : <input className="xj-input" value={text(value)} onChange={(event) => onChange(event.target.value || null)} {...control} />
    case 'person': return <PersonInput {...props} />
    case 'relation': return <RelationInput {...props} />
    case 'tags': case 'multi_choice': return <ListInput {...props} />
    case 'date': case 'datetime': return <DateInput {...props} />
    case 'boolean': return <input type="checkbox" checked={value === true} onChange={(event) => onChange(event.target.checked)} {...control} />
    case 'long_text': return <textarea className="xj-input" rows={4} value={text(value)} onChange={(event) => onChange(event.target.value || null)} {...control} />
    default: return <input className="xj-input" type={INPUT_TYPE[field.kind] ?? 'text'} value={text(value)} onChange={(event) => onChange(event.target.value || null)} {...control} />
  }
}
