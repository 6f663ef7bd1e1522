/** A rule as three cards: 当…，如果…，就…; the whole is always readable as one sentence above them. */
import type { TFunction } from 'i18next'
import { useState } from 'react'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import type { Tongue } from '@/lib/time'
import { written } from '@/lib/written'
import { ConditionBuilder } from '@/metadata/conditions/ConditionBuilder'
import { useReading } from '@/metadata/conditions/queries'
import { problemsAt, setAt, useGoTo, type Doc, type EditorProps, type Problem } from '@/metadata/editing'
import { NumberBox } from '@/metadata/NumberBox'
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
  const wrong = (path: string) => problemsAt(problems, path).filter((problem) => problem.path !== 'on.after' && (problem.path === path || !/\.\w+\./.test(problem.path ?? ''))).map((problem, at) => <p key={at} className="xj-field__error" role="alert"><Icon name="alert" />{problemText(problem, t, tongue)}</p>)
  return (
    <div className="xj-stack">
      <p className="xj-sentence" aria-label={t('rules.sentence')} role="status">{ruleSentence(document, when ? say(reading.data?.sentence ?? undefined, when) : '', labels)}</p>
      <Card><div className="xj-form xj-form--two">
        <Field label={t('rules.name')} required error={said(problems, 'name', t, tongue)}>{(control) => <input {...control} data-path="name" className="xj-input" readOnly={readOnly} value={written(document.name, tongue)} onChange={(event) => onChange({ ...document, name: { ...(document.name as object), [tongue === 'en' ? 'en' : 'zh']: event.target.value } })} />}</Field>
        <label className="xj-check xj-rules__on"><input type="checkbox" disabled={readOnly} checked={document.enabled !== false} onChange={(event) => onChange(setAt(document, 'enabled', event.target.checked ? undefined : false))} />{t('rules.enabled')}</label>
      </div></Card>
      <Card title={t('rules.when')}>{wrong('on')}<TriggerPicker document={document} labels={labels} problems={problems} readOnly={readOnly} onChange={onChange} /></Card>
      <Card title={t('rules.if')}><div data-path="when"><ConditionBuilder object={object} cel={when} place="rule" problems={problemsAt(problems, 'when')} readOnly={readOnly} onChange={(cel) => onChange(setAt(document, 'when', cel.trim() ? cel : undefined))} />{!when && <p className="xj-small xj-muted">{t('rules.no_condition')}</p>}</div></Card>
      <StepList title={t('rules.then')} empty={t('rules.no_actions')} steps={steps} path="do" object={object} labels={labels} problems={problems} readOnly={readOnly} onChange={(next) => onChange({ ...document, do: next })} />
      <details className="xj-fold" open={more} onToggle={(event) => setMore(event.currentTarget.open)}><summary>{t('rules.more')}</summary><More document={document} problems={problems} readOnly={readOnly} onChange={onChange} /></details>
    </div>
  )
}

const said = (problems: Problem[], path: string, t: TFunction, tongue: Tongue) => problemsAt(problems, path).map((problem) => problemText(problem, t, tongue)).join(' ') || undefined

function More({ document, problems, readOnly, onChange }: Omit<EditorProps, 'published'>) {
  const { t, tongue } = useTongue()
  const wrong = (path: string) => said(problems, path, t, tongue)
  const cool = (document.cool_down ?? {}) as Record<string, unknown>
  const unit = (['minutes', 'hours', 'days'] as const).find((each) => cool[each] !== undefined) ?? 'hours'
  const once = String(document.once_per ?? 'none')
  return (
    <Card><div className="xj-form xj-form--two">
      <Field label={t('rules.once_per')}>{(control) => <select {...control} data-path="once_per" className="xj-input" disabled={readOnly} value={once} onChange={(event) => onChange(setAt(document, 'once_per', event.target.value === 'none' ? undefined : event.target.value))}>{['none', 'record', 'record_day', ...(['none', 'record', 'record_day'].includes(once) ? [] : [once])].map((each) => <option key={each} value={each}>{t(`studio.value.${each}`, { defaultValue: each })}</option>)}</select>}</Field>
      <Field label={t('rules.cool_down')} hint={t('rules.cool_down_hint')} error={wrong('cool_down')}>{(control) => <div className="xj-line-nowrap" data-path="cool_down"><NumberBox control={control} path={`cool_down.${unit}`} className="xj-rules__number" readOnly={readOnly} value={cool[unit]} onChange={(next) => onChange(setAt(document, 'cool_down', next === undefined ? undefined : { [unit]: next }))} /><select className="xj-input xj-pick" aria-label={t('rules.unit')} disabled={readOnly} value={unit} onChange={(event) => onChange(setAt(document, 'cool_down', { [event.target.value]: cool[unit] ?? 1 }))}>{['minutes', 'hours', 'days'].map((each) => <option key={each} value={each}>{t(`studio.value.${each}`)}</option>)}</select></div>}</Field>
      <Field label={t('rules.order')} hint={t('rules.order_hint')} error={wrong('order')}>{(control) => <NumberBox control={control} path="order" readOnly={readOnly} value={document.order} onChange={(next) => onChange(setAt(document, 'order', next))} />}</Field>
      <Field label={t('rules.fan_out')} hint={t('rules.fan_out_hint')} error={wrong('limits.fan_out')}>{(control) => <NumberBox control={control} path="limits.fan_out" placeholder="1000" readOnly={readOnly} value={(document.limits as Doc | undefined)?.fan_out} onChange={(next) => onChange(setAt(document, 'limits.fan_out', next))} />}</Field>
    </div></Card>
  )
}
