/** The form of one action, drawn from the parameters it says it takes. */
import type { Text } from '@/api/types'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { problemsAt, setAt, type Problem } from '@/metadata/editing'
import { useSchema } from '@/metadata/schema'
import { Field, type ControlProps } from '@/ui/Field'
import { personWords, type Labels, type Step } from './sentence'
import { NumberBox } from '../NumberBox'
import { Picks } from './Picks'
import { TemplateInput } from './TemplateInput'
import { asList } from './trigger'
import { useDefinitionNames, type ActionKind, type Parameter } from './useLabels'
import { ValuesForm } from './ValuesForm'

interface FormProps { step: Step; path: string; kind: ActionKind; object: string; labels: Labels; problems: Problem[]; readOnly: boolean; onChange: (step: Step) => void }

export function StepForm({ step, path: place, kind, problems, onChange, ...rest }: FormProps) {
  const { t, tongue, say } = useTongue()
  return (
    <div className="xj-form xj-form--two">
      {kind.parameters.map((parameter) => {
        const path = `${place}.${parameter.key}`
        const wrong = problemsAt(problems, path)[0]
        const put = (value: unknown) => onChange(setAt(step, parameter.key, value === '' || (Array.isArray(value) && !value.length) ? undefined : value))
        return (
          <div key={parameter.key} className={['text', 'fields', 'expressions', 'people'].includes(parameter.kind) ? 'xj-form__wide' : undefined}>
            <Field label={say(parameter.name, parameter.key)} required={parameter.required ?? false} error={wrong && problemText(wrong, t, tongue)}>
              {(control) => <Control {...rest} control={control} parameter={parameter} step={step} path={path} problems={problems} onChange={put} />}
            </Field>
          </div>
        )
      })}
    </div>
  )
}

interface ControlsProps { parameter: Parameter; step: Step; path: string; object: string; labels: Labels; problems: Problem[]; readOnly: boolean; control: ControlProps; onChange: (value: unknown) => void }

function Control({ parameter, step, path, object, labels, problems, readOnly, control, onChange }: ControlsProps) {
  const { t, say } = useTongue()
  const { data: schema } = useSchema()
  const definitions = useDefinitionNames()
  const value = step[parameter.key]
  const label = say(parameter.name, parameter.key)
  const select = (options: [string, string][], fallback = '') => (
    <select {...control} className="xj-input" data-path={path} disabled={readOnly} value={String(value ?? fallback)} onChange={(event) => onChange(event.target.value)}>
      {(!fallback || !options.some(([key]) => key === fallback)) && <option value="">{t('rules.choose')}</option>}
      {options.map(([key, text]) => <option key={key} value={key}>{text}</option>)}
    </select>
  )
  switch (parameter.kind) {
    case 'text': return <TemplateInput value={value as Text | string | undefined} path={path} object={object} labels={labels} readOnly={readOnly} control={control} onChange={onChange} />
    case 'people': case 'person': {
      const one = parameter.kind === 'person'
      const people = schema?.objects.find((each) => each.key === object)?.fields.filter((field) => field.kind === 'person') ?? []
      const groups = [
        { label: t('rules.by_record'), options: [['owner', t('rules.owner')], ['owner.manager', personWords('owner.manager', labels)], ['owner.manager.manager', personWords('owner.manager.manager', labels)], ...people.map((field): [string, string] => [field.key, say(field.name, field.key)])] as [string, string][] },
        { label: t('rules.by_role'), options: definitions.filter((row) => row.kind === 'role' && row.version).map((row): [string, string] => [`role:${row.key}`, say(row.name, row.key)]) },
        { label: t('rules.by_unit'), options: (schema?.units ?? []).flatMap((unit): [string, string][] => [[`head:${unit.key}`, t('rules.head_of', { name: say(unit.name) })], [`team:${unit.key}`, say(unit.name)]]) },
        { label: t('rules.by_name'), options: (schema?.people ?? []).filter((person) => person.key && person.active !== false).map((person): [string, string] => [`person:${person.key}`, person.name]) },
      ].filter((group) => !one || parameter.key !== 'of' || group.label === t('rules.by_record'))
      return <Picks one={one} label={label} path={path} chosen={asList(value)} groups={groups} readOnly={readOnly} name={(who) => personWords(who, labels)} onChange={(keys) => onChange(one ? keys.at(-1) : keys)} />
    }
    case 'channels': return <Picks label={label} path={path} chosen={value === undefined ? ['inbox'] : asList(value)} groups={[{ label, options: [['inbox', t('studio.value.inbox')], ...definitions.filter((row) => row.kind === 'channel' && row.version).map((row): [string, string] => [row.key, say(row.name, row.key)])] }]} readOnly={readOnly} name={labels.named} onChange={onChange} />
    case 'tags': return <input {...control} className="xj-input" data-path={path} readOnly={readOnly} defaultValue={asList(value).join('、')} placeholder={t('rules.tags_hint')} onBlur={(event) => onChange(event.target.value.split(/[、,，;；]/).map((each) => each.trim()).filter(Boolean))} />
    case 'choice': return select((parameter.options ?? []).map((option) => [option.key, say(option.name, option.key)]), parameter.options?.[0]?.key)
    case 'number': return <NumberBox control={control} path={path} className="xj-rules__number" placeholder={String(parameter.least ?? '')} readOnly={readOnly} value={value} onChange={onChange} />
    case 'definition': return select(definitions.filter((row) => row.kind === parameter.of && row.version).map((row) => [row.key, say(row.name, row.key)]))
    case 'object': return select((schema?.objects ?? []).map((each) => [each.key, say(each.name, each.key)]))
    case 'tag_field': return select((schema?.objects.find((each) => each.key === object)?.fields ?? []).filter((field) => field.kind === 'tags').map((field) => [field.key, say(field.name, field.key)]), 'tags')
    case 'relation': return select((schema?.objects.find((each) => each.key === object)?.fields ?? []).filter((field) => field.kind === 'relation').map((field) => [field.key, say(field.name, field.key)]))
    case 'due': return <Due value={value as Record<string, unknown> | undefined} control={control} path={path} readOnly={readOnly} calendars={definitions.filter((row) => row.kind === 'calendar' && row.version).map((row) => [row.key, say(row.name, row.key)])} onChange={onChange} />
    case 'fields': return <ValuesForm values={(value as Record<string, string> | undefined) ?? {}} path={path} object={parameter.of ? String(step[parameter.of] ?? '') : object} from={object} problems={problems} readOnly={readOnly} onChange={onChange} />
    case 'expressions': return <ValuesForm free values={(value as Record<string, string> | undefined) ?? {}} path={path} object={object} from={object} problems={problems} readOnly={readOnly} onChange={onChange} />
    default: return <input {...control} className="xj-input" data-path={path} readOnly={readOnly} value={String(value ?? '')} onChange={(event) => onChange(event.target.value)} />
  }
}

function Due({ value, control, path, readOnly, calendars, onChange }: { value: Record<string, unknown> | undefined; control: ControlProps; path: string; readOnly: boolean; calendars: [string, string][]; onChange: (value: unknown) => void }) {
  const { t } = useTongue()
  const unit = (['minutes', 'hours', 'days'] as const).find((each) => value?.[each] !== undefined) ?? 'hours'
  const put = (count: unknown, as: string, working: unknown) => onChange(count === undefined ? undefined : { [as]: count, ...(working ? { working } : {}) })
  const count = value?.[unit]
  return (
    <div className="xj-line-nowrap" data-path={path}>
      <NumberBox control={control} path={`${path}.${unit}`} className="xj-rules__number" readOnly={readOnly} value={count} onChange={(next) => put(next, unit, value?.working)} />
      <select className="xj-input xj-pick" aria-label={t('rules.unit')} disabled={readOnly} value={unit} onChange={(event) => put(count ?? 1, event.target.value, value?.working)}>{['minutes', 'hours', 'days'].map((each) => <option key={each} value={each}>{t(`studio.value.${each}`)}</option>)}</select>
      <select className="xj-input xj-pick" aria-label={t('rules.calendar')} disabled={readOnly} value={String(value?.working ?? '')} onChange={(event) => put(count ?? 1, unit, event.target.value)}><option value="">{t('rules.wall_time')}</option>{calendars.map(([key, name]) => <option key={key} value={key}>{name}</option>)}</select>
    </div>
  )
}
