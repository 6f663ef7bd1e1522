/** A rule as three cards: 当…，如果…，就…; the whole is always readable as one sentence above them. */
import { useState } from 'react'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { written } from '@/lib/written'
import { ConditionBuilder } from '@/metadata/conditions/ConditionBuilder'
import { useReading } from '@/metadata/conditions/queries'
import { moved, problemsAt, setAt, takeOut, useGoTo, type EditorProps } from '@/metadata/editing'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { Icon } from '@/ui/Icon'
import { Menu, MenuItem } from '@/ui/Menu'
import { Reorder } from '@/ui/Reorder'
import { ActionForm } from './ActionForm'
import { ruleSentence, stepWords, type Step } from './sentence'
import { TriggerPicker } from './TriggerPicker'
import { useActionKinds, useLabels, type ActionKind } from './useLabels'
import '@/metadata/records.css'
import './rules.css'

export default function RuleEditor({ document, onChange, problems, readOnly }: EditorProps) {
  const { t, tongue, say } = useTongue()
  const object = String(document.object ?? 'lead')
  const labels = useLabels(object)
  const kinds = useActionKinds().data ?? []
  const when = String(document.when ?? '')
  const reading = useReading(object, when, 'rule')
  const steps = (Array.isArray(document.do) ? document.do : []) as Step[]
  const [open, setOpen] = useState<number | null>(steps.length === 1 ? 0 : null)
  const [more, setMore] = useState(false)
  useGoTo((path) => { const at = /^do\.(\d+)/.exec(path)?.[1]; if (at) setOpen(Number(at)); if (/^(order|cool_down|once_per|limits)/.test(path)) setMore(true) })
  const put = (next: Step[]) => onChange({ ...document, do: next })
  const add = (kind: ActionKind) => {
    const step: Step = { action: kind.key }
    for (const parameter of kind.parameters) if (parameter.required) step[parameter.key] = parameter.kind === 'people' ? ['owner'] : parameter.kind === 'person' ? 'owner' : parameter.kind === 'text' ? { zh: '', en: '' } : parameter.kind === 'fields' ? {} : ''
    put([...steps, step]); setOpen(steps.length)
  }
  const wrong = (path: string) => problemsAt(problems, path).filter((problem) => problem.path === path || !/\.\w+\./.test(problem.path ?? '')).map((problem, at) => <p key={at} className="xj-field__error" role="alert"><Icon name="alert" />{problemText(problem, t, tongue)}</p>)
  const row = (step: Step, at: number, handle: React.ReactNode) => {
    const kind = kinds.find((each) => each.key === step.action)
    const bad = problemsAt(problems, `do.${at}`).length > 0
    return (
      <div className="xj-rules__step" data-path={`do.${at}`} data-open={open === at}>
        <div className="xj-line-nowrap">
          {handle}
          <button type="button" className="xj-rules__head" aria-expanded={open === at} onClick={() => setOpen(open === at ? null : at)}><strong>{say(kind?.name, String(step.action ?? ''))}</strong><span className="xj-ellipsis xj-second">{stepWords(step, labels)}</span></button>
          {bad && <Icon name="alert" className="xj-rules__bad" aria-label={t('studio.problems')} />}
          {!readOnly && <Button kind="ghost" size="small" icon="cross" aria-label={t('rules.remove_action', { name: say(kind?.name) })} onClick={() => { put(takeOut(steps, at)); setOpen(null) }} />}
        </div>
        {open === at && (kind ? <ActionForm step={step} at={at} kind={kind} object={object} labels={labels} problems={problems} readOnly={readOnly} onChange={(next) => put(setAt(steps, [at], next))} /> : <p className="xj-muted">{t('rules.unknown_action')}</p>)}
      </div>
    )
  }
  return (
    <div className="xj-stack">
      <p className="xj-sentence" aria-label={t('rules.sentence')} role="status">{ruleSentence(document, when ? say(reading.data?.sentence ?? undefined, when) : '', labels)}</p>
      <Card><div className="xj-form xj-form--two">
        <Field label={t('rules.name')} required>{(control) => <input {...control} data-path="name" className="xj-input" readOnly={readOnly} value={written(document.name, tongue)} onChange={(event) => onChange({ ...document, name: { ...(document.name as object), [tongue === 'en' ? 'en' : 'zh']: event.target.value } })} />}</Field>
        <label className="xj-check xj-rules__on"><input type="checkbox" disabled={readOnly} checked={document.enabled !== false} onChange={(event) => onChange(setAt(document, 'enabled', event.target.checked ? undefined : false))} />{t('rules.enabled')}</label>
      </div></Card>
      <Card title={t('rules.when')}>{wrong('on')}<TriggerPicker document={document} labels={labels} readOnly={readOnly} onChange={onChange} /></Card>
      <Card title={t('rules.if')}><div data-path="when"><ConditionBuilder object={object} cel={when} place="rule" problems={problemsAt(problems, 'when')} readOnly={readOnly} onChange={(cel) => onChange(setAt(document, 'when', cel.trim() ? cel : undefined))} />{!when && <p className="xj-small xj-muted">{t('rules.no_condition')}</p>}</div></Card>
      <Card flush title={t('rules.then')} aside={!readOnly && <Menu label={t('rules.add_action')} trigger={(props) => <Button {...props} size="small" icon="plus">{t('rules.add_action')}</Button>}>{(close) => kinds.filter((kind) => !kind.object || kind.object === object).map((kind) => <MenuItem key={kind.key} onSelect={() => { close(); add(kind) }}><span className="xj-rules__kind"><strong>{say(kind.name, kind.key)}</strong><span className="xj-small xj-muted">{say(kind.about)}</span></span></MenuItem>)}</Menu>}>
        <div data-path="do">{wrong('do')}
          {steps.length === 0 ? <p className="xj-card__body xj-muted">{t('rules.no_actions')}</p> : <Reorder items={steps} label={t('rules.then')} keyOf={(step, at) => `${at}.${String(step.action)}`} handleLabel={(step) => t('objects.move', { name: say(kinds.find((each) => each.key === step.action)?.name) })} locked={readOnly} onMove={(from, to) => { put(moved(steps, from, to)); setOpen(null) }} row={row} />}
        </div>
      </Card>
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
