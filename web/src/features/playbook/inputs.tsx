/** Small inputs of the designer: names in the reader's language, numbers, roles, fields; each says its problems in place. */
import { useQuery } from '@tanstack/react-query'
import type { Text } from '@/api/types'
import { call } from '@/lib/api'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { written } from '@/lib/written'
import { NumberBox } from '@/metadata/NumberBox'
import { ownPath, type Problem } from '@/metadata/editing'
import { useSchema } from '@/metadata/schema'
import { Field } from '@/ui/Field'
import { Icon } from '@/ui/Icon'
import { SelectBox } from '@/ui/heavy'

interface Base { label: string; path: string; problems: Problem[]; readOnly: boolean; hint?: string }

/** The problems of exactly this part. */
export function useWrong(problems: Problem[]) {
  const { t, tongue } = useTongue()
  return (path: string) => problems.filter((problem) => ownPath(problem) === path).map((problem) => problemText(problem, t, tongue)).join(' ') || undefined
}

export function Wrong({ problems, path }: { problems: Problem[]; path: string }) {
  const wrong = useWrong(problems)(path)
  return wrong ? <p className="xj-field__error" role="alert"><Icon name="alert" />{wrong}</p> : null
}

export function NameInput({ value, onChange, ...base }: Base & { value: Text | undefined; onChange: (next: Text) => void }) {
  const { tongue } = useTongue()
  const wrong = useWrong(base.problems)
  return <Field label={base.label} required hint={base.hint} error={wrong(base.path)}>{(control) => <input {...control} data-path={base.path} className="xj-input" readOnly={base.readOnly} value={written(value, tongue)} onChange={(event) => onChange({ ...value, [tongue === 'en' ? 'en' : 'zh']: event.target.value })} />}</Field>
}

export function NumberInput({ value, share, onChange, ...base }: Base & { value: number | string | undefined; share?: boolean; onChange: (next: number | string | undefined) => void }) {
  const wrong = useWrong(base.problems)
  return <Field label={base.label} hint={base.hint} error={wrong(base.path)}>{(control) => <NumberBox control={control} path={base.path} share={share ?? false} readOnly={base.readOnly} value={value} onChange={onChange} />}</Field>
}

export function PickInput({ value, options, onChange, none, ...base }: Base & { value: string | undefined; options: { value: string; label: string }[]; none?: string; onChange: (next: string | undefined) => void }) {
  const wrong = useWrong(base.problems)
  const known = !value || options.some((option) => option.value === value)
  return <Field label={base.label} hint={base.hint} error={wrong(base.path)}>{(control) => <select {...control} data-path={base.path} className="xj-input" disabled={base.readOnly} value={value ?? ''} onChange={(event) => onChange(event.target.value || undefined)}>{none !== undefined && <option value="">{none}</option>}{!known && <option value={value}>{value}</option>}{options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}</select>}</Field>
}

export function ManyInput({ value, options, onChange, free, ...base }: Base & { value: string[]; options: { value: string; label: string }[]; free?: boolean; onChange: (next: string[] | undefined) => void }) {
  const wrong = useWrong(base.problems)
  const all = [...options, ...value.filter((each) => !options.some((option) => option.value === each)).map((each) => ({ value: each, label: each }))]
  return <div data-path={base.path}><Field label={base.label} hint={base.hint} error={wrong(base.path)}>{(control) => (<SelectBox id={control.id} label={base.label} multiple readOnly={base.readOnly} {...(free ? { free } : {})} value={value} options={all} onChange={(next) => onChange((next as string[] | null)?.length ? (next as string[]) : undefined)} />)}</Field></div>
}

/** Roles by name; `who` adds the record's owner. */
export function useRoles(owner = true) {
  const { t, say } = useTongue()
  const { data: schema } = useSchema()
  return [...(owner ? [{ value: 'owner', label: t('errors.who.owner') }] : []), ...(schema?.roles?.map((role) => ({ value: role.key, label: say(role.name, role.key) })) ?? [])]
}

export function useFieldsOf(object: string) {
  const { say } = useTongue()
  const { data: schema } = useSchema()
  return schema?.objects.find((each) => each.key === object)?.fields.map((field) => ({ value: field.key, label: say(field.name, field.key), kind: field.kind })) ?? []
}

/** The published definitions of a kind, to be named. */
export function useNamed(kind: string) {
  const { say } = useTongue()
  const { data } = useQuery({ queryKey: ['definitions', 'overview', 'named'], queryFn: ({ signal }) => call<{ rows: { kind: string; key: string; name: Text | string }[] }>('get', '/api/v1/definitions', { signal }), staleTime: 60_000 })
  return data?.rows?.filter((row) => row.kind === kind).map((row) => ({ value: row.key, label: say(row.name, row.key) })) ?? []
}
