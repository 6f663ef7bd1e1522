/** The properties of one field of a form: help, width, and when it is shown, required or closed. */
import { useState } from 'react'
import type { FieldDefinition, Problem } from '@/api/types'
import { useTongue } from '@/lib/text'
import { written } from '@/lib/written'
import { ConditionBuilder } from '@/metadata/conditions/ConditionBuilder'
import { problemsAt } from '@/metadata/editing'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import type { FieldSpec } from './layout'

interface PropertiesProps { object: string; field: FieldDefinition; spec: FieldSpec; path: string; problems: Problem[]; readOnly: boolean; onPart: (part: keyof FieldSpec, value: unknown) => void; onRemove: () => void; onClose: () => void }
type Rule = 'visible_when' | 'required_when' | 'read_only'

export function FieldProperties({ object, field, spec, path, problems, readOnly, onPart: put, onRemove, onClose }: PropertiesProps) {
  const { t, tongue, say } = useTongue()
  return (
    <section className="xj-designer__properties" aria-label={t('designer.properties', { name: say(field.name, field.key) })}>
      <div className="xj-line-nowrap"><h3 className="xj-grow">{say(field.name, field.key)}</h3><Button size="small" kind="ghost" icon="cross" aria-label={t('common.close')} onClick={onClose} /></div>
      <Field label={t('designer.help')} hint={t('designer.help_hint')}>{(control) => <input {...control} className="xj-input" disabled={readOnly} value={written(spec.help, tongue)} onChange={(event) => put('help', event.target.value ? { ...spec.help, [tongue === 'en' ? 'en' : 'zh']: event.target.value } : undefined)} />}</Field>
      <Field label={t('designer.width')}>{(control) => <select {...control} className="xj-input" disabled={readOnly} value={spec.width ?? 'half'} onChange={(event) => put('width', event.target.value === 'full' ? 'full' : undefined)}><option value="half">{t('designer.half')}</option><option value="full">{t('designer.full')}</option></select>}</Field>
      {(['visible_when', 'required_when', 'read_only'] as const).map((rule) => <RuleField key={rule} rule={rule} object={object} value={spec[rule]} problems={problemsAt(problems, `${path}.${rule}`)} path={`${path}.${rule}`} readOnly={readOnly} onChange={(value) => put(rule, value)} />)}
      {!readOnly && <div><Button kind="danger" onClick={onRemove}>{t('designer.remove_field')}</Button></div>}
    </section>
  )
}

/** Always, never, or by a condition: three words for one rule. */
function RuleField({ rule, object, value, problems, path, readOnly, onChange }: { rule: Rule; object: string; value: string | boolean | undefined; problems: Problem[]; path: string; readOnly: boolean; onChange: (value: string | boolean | undefined) => void }) {
  const { t } = useTongue()
  const usual = rule === 'visible_when'
  const [asking, setAsking] = useState(typeof value === 'string')
  const word = asking || typeof value === 'string' ? 'when' : (value ?? usual) ? 'always' : 'never'
  const choose = (next: string) => {
    setAsking(next === 'when')
    if (next === 'when') return
    const on = next === 'always'
    onChange(on === usual ? undefined : on)
  }
  return (
    <div className="xj-stack-8" data-path={path}>
      <Field label={t(`designer.rule.${rule}`)}>{(control) => <select {...control} className="xj-input" disabled={readOnly} value={word} onChange={(event) => choose(event.target.value)}>{(usual ? ['always', 'when'] : ['never', 'always', 'when']).map((each) => <option key={each} value={each}>{t(`designer.${rule}.${each}`)}</option>)}</select>}</Field>
      {word === 'when' && <ConditionBuilder object={object} cel={typeof value === 'string' ? value : ''} problems={problems} readOnly={readOnly} label={t(`designer.rule.${rule}`)} onChange={(cel) => onChange(cel || undefined)} />}
    </div>
  )
}
