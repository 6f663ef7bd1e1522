/** The sections of a form with their inputs, and every refusal beside its field. */
import type { RecordRow } from '@/api/types'
import { useTongue } from '@/lib/text'
import { Field } from '@/ui/Field'
import { FieldInput } from '../FieldInput'
import { useValues } from '../useValues'
import { valueText } from '../values'
import type { ShownSection } from './formState'
import './forms.css'

interface FormFieldsProps { sections: ShownSection[]; values: Record<string, unknown>; record?: RecordRow | null; problems: Record<string, string>; onChange: (key: string, value: unknown) => void; narrow?: boolean; people?: Record<string, string>; related?: Record<string, string> }

export function FormFields({ sections, values, record, problems, onChange, narrow, people, related }: FormFieldsProps) {
  const { t, say } = useTongue()
  const context = useValues(people, related)
  return (
    <>
      {sections.map((section, at) => (
        <fieldset key={at} className={`xj-formpart xj-formpart--${narrow ? 1 : section.columns}`}>
          {section.name && (section.name.zh || section.name.en) ? <legend>{say(section.name)}</legend> : <legend className="xj-sr">{t('form.section', { at: at + 1 })}</legend>}
          {section.help && <p className="xj-small xj-muted xj-formpart__wide">{say(section.help)}</p>}
          {section.fields.map(({ field, help, wide, required, readOnly }) => {
            const name = say(field.name, field.key)
            const value = field.key in values ? values[field.key] : record?.[field.key]
            return (
              <div key={field.key} data-field={field.key} className={wide ? 'xj-formpart__wide' : undefined}>
                <Field label={name} required={required} error={problems[field.key]} hint={say(help) || undefined}>
                  {(control) => (readOnly ? <output id={control.id} className="xj-formpart__said">{valueText(value, field, context) || '–'}</output> : <FieldInput field={field} label={name} control={control} value={value} onChange={(next) => onChange(field.key, next)} />)}
                </Field>
              </div>
            )
          })}
        </fieldset>
      ))}
    </>
  )
}
