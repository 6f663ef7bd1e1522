/** Where a field's value is taken from so that nobody need fill it: a field of the same kind, one relation further. */
import { useTongue } from '@/lib/text'
import type { Doc } from '@/metadata/editing'
import { useSchema } from '@/metadata/schema'
import { Field } from '@/ui/Field'
import type { FieldSpec } from './kinds'

export const KNOWABLE = new Set(['text', 'long_text', 'choice', 'number', 'date', 'person', 'relation', 'tags', 'boolean', 'company', 'url', 'email', 'money', 'percent'])
const TEXTS = new Set(['text', 'long_text', 'choice', 'company', 'url', 'email'])
const OWN = '@own'

interface KnownProps { field: FieldSpec; document: Doc; path: string; readOnly: boolean; error?: string | undefined; onChange: (known: string | undefined) => void }

export function KnownFrom({ field, document, path, readOnly, error, onChange }: KnownProps) {
  const { t, say } = useTongue()
  const { data: schema } = useSchema()
  const fits = (kind: string) => kind === field.kind || (TEXTS.has(kind) && TEXTS.has(field.kind))
  const relations = ((document.fields as FieldSpec[] | undefined) ?? []).filter((each) => each.kind === 'relation' && each.key !== field.key)
  const options = relations.flatMap((each) => (schema?.objects.find((one) => one.key === each.to)?.fields ?? []).filter((one) => fits(one.kind) && !one.system && (field.kind !== 'relation' || one.to === field.to)).map((one) => ({ value: `${each.key}.${one.key}`, label: t('condition.of', { of: say(each.name as never, each.key), field: say(one.name, one.key) }) })))
  const known = String(field.known ?? '')
  const own = known !== '' && !options.some((each) => each.value === known)
  if (!options.length && !known) return null
  return (
    <>
      <Field label={t('known.field')} hint={t('known.field_hint')} error={own ? undefined : error}>{(control) => (
        <select {...control} data-path={own ? undefined : `${path}.known`} className="xj-input" disabled={readOnly} value={own ? OWN : known} onChange={(event) => onChange(event.target.value === OWN ? known || options[0]?.value : event.target.value || undefined)}>
          <option value="">{t('known.field_none')}</option>
          {options.map((each) => <option key={each.value} value={each.value}>{each.label}</option>)}
          {own && <option value={OWN}>{t('known.field_own')}</option>}
        </select>
      )}</Field>
      {own && <Field label={t('known.expression')} error={error}>{(control) => <input {...control} data-path={`${path}.known`} className="xj-input xj-code" readOnly={readOnly} value={known} onChange={(event) => onChange(event.target.value || undefined)} />}</Field>}
    </>
  )
}
