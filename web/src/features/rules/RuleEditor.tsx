/** A rule as three cards: 当…，如果…，就…; the whole is always readable as one sentence above them. */
import { useState } from 'react'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { written } from '@/lib/written'
import { ConditionBuilder } from '@/metadata/conditions/ConditionBuilder'
import { useReading } from '@/metadata/conditions/queries'
import { problemsAt, setAt, useGoTo, type EditorProps } from '@/metadata/editing'
import { Card } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { Icon } from '@/ui/Icon'
import { ruleSentence, type Step } from '@/metadata/steps/sentence'
import { StepList } from '@/metadata/steps/StepList'
import { useLabels } from '@/metadata/steps/useLabels'
import { TriggerPicker } from './TriggerPicker'
import '@/metadata/records.css'

export default function RuleEditor({ document, onChange, problems, readOnly }: EditorProps) {
  const { t, tongue, say } = useTongue()
  const object = String(document.object ?? 'lead')
  const labels = useLabels(object)
  const when = String(document.when ?? '')
  const reading = useReading(object, when, 'rule')
  const steps = (Array.isArray(document.do) ? document.do : []) as Step[]
  const [more, setMore] = useState(false)
  useGoTo((path) => { if (/^(order|cool_down|once_per|limits)/.test(path)) setMore(true) })
  const wrong = (path: string) => problemsAt(problems, path).filter((problem) => problem.path === path || !/\.\w+\./.test(problem.path ?? '')).map((problem, at) => <p key={at} className="xj-field__error" role="alert"><Icon name="alert" />{problemText(problem, t, tongue)}</p>)
  return (
    <div className="xj-stack">
      <p className="xj-sentence" aria-label={t('rules.sentence')} role="status">{ruleSentence(document, when ? say(reading.data?.sentence ?? undefined, when) : '', labels)}</p>
      <Card><div className="xj-form xj-form--two">
        <Field label={t('rules.name')} required>{(control) => <input {...control} data-path="name" className="xj-input" readOnly={readOnly} value={written(document.name, tongue)} onChange={(event) => onChange({ ...document, name: { ...(document.name as object), [tongue === 'en' ? 'en' : 'zh']: event.target.value } })} />}</Field>
        <label className="xj-check xj-rules__on"><input type="checkbox" disabled={readOnly} checked={document.enabled !== false} onChange={(event) => onChange(setAt(document, 'enabled', event.target.checked ? undefined : false))} />{t('rules.enabled')}</label>
      </div></Card>
      <Card title={t('rules.when')}>{wrong('on')}<TriggerPicker document={document} labels={labels} readOnly={readOnly} onChange={onChange} /></Card>
      <Card title={t('rules.if')}><div data-path="when"><ConditionBuilder object={object} cel={when} place="rule" problems={problemsAt(problems, 'when')} readOnly={readOnly} onChange={(cel) => onChange(setAt(document, 'when', cel.trim() ? cel : undefined))} />{!when && <p className="xj-small xj-muted">{t('rules.no_condition')}</p>}</div></Card>
      <StepList title={t('rules.then')} empty={t('rules.no_actions')} steps={steps} path="do" object={object} labels={labels} problems={problems} readOnly={readOnly} onChange={(next) => onChange({ ...document, do: next })} />
      <details className="xj-fold" open={more} onToggle={(event) => setMore(event.currentTarget.open)}><summary>{t('rules.more')}</summary><More document={document} readOnly={readOnly} onChange={onChange} /></details>
    </div>
  )
}

function More({ document, readOnly, onChange }: Pick<EditorProps, 'document' | 'readOnly' | 'onChange'>) {
  const { t } = useTongue()
  const cool = (document.cool_down ?? {}) as Record<string, number>
  const unit = (['minutes', 'hours', 'days'] as const).find((each) => cool[each] !== undefined) ?? 'hours'
  const once = String(document.once_per ?? 'none')
  const whole = (text: string) => (text.trim() === '' ? undefined : Math.round(Number(text)))
  return (
    <Card><div className="xj-form xj-form--two">
      <Field label={t('rules.once_per')}>{(control) => <select {...control} data-path="once_per" className="xj-input" disabled={readOnly} value={once} onChange={(event) => onChange(setAt(document, 'once_per', event.target.value === 'none' ? undefined : event.target.value))}>{['none', 'record', 'record_day', ...(['none', 'record', 'record_day'].includes(once) ? [] : [once])].map((each) => <option key={each} value={each}>{t(`studio.value.${each}`, { defaultValue: each })}</option>)}</select>}</Field>
      <Field label={t('rules.cool_down')} hint={t('rules.cool_down_hint')}>{(control) => <div className="xj-line-nowrap" data-path="cool_down"><input {...control} className="xj-input xj-rules__number" type="number" min={0} readOnly={readOnly} value={cool[unit] ?? ''} onChange={(event) => onChange(setAt(document, 'cool_down', event.target.value === '' ? undefined : { [unit]: Number(event.target.value) }))} /><select className="xj-input xj-pick" aria-label={t('rules.unit')} disabled={readOnly} value={unit} onChange={(event) => onChange(setAt(document, 'cool_down', { [event.target.value]: cool[unit] ?? 1 }))}>{['minutes', 'hours', 'days'].map((each) => <option key={each} value={each}>{t(`studio.value.${each}`)}</option>)}</select></div>}</Field>
      <Field label={t('rules.order')} hint={t('rules.order_hint')}>{(control) => <input {...control} data-path="order" className="xj-input" type="number" readOnly={readOnly} value={String(document.order ?? '')} onChange={(event) => onChange(setAt(document, 'order', whole(event.target.value)))} />}</Field>
      <Field label={t('rules.fan_out')} hint={t('rules.fan_out_hint')}>{(control) => <input {...control} data-path="limits.fan_out" className="xj-input" type="number" min={1} readOnly={readOnly} placeholder="1000" value={String((document.limits as { fan_out?: number } | undefined)?.fan_out ?? '')} onChange={(event) => onChange(setAt(document, 'limits.fan_out', whole(event.target.value)))} />}</Field>
    </div></Card>
  )
}
