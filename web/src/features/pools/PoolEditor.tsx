/** A pool in sentences with numbers: how many may be picked, what stays hidden, when records return, what protects them. */
import { useState } from 'react'
import type { Problem } from '@/api/types'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { ConditionBuilder } from '@/metadata/conditions/ConditionBuilder'
import { problemsAt, type EditorProps } from '@/metadata/editing'
import { NumberBox, numberOf } from '@/metadata/NumberBox'
import { useSchema } from '@/metadata/schema'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { SelectBox } from '@/ui/heavy'
import './pool.css'

type Doc = Record<string, unknown>
interface Rule { key?: string; when?: string; unless?: string; idle_days?: number; warn_days?: (number | string)[] }

const put = (document: Doc, key: string, value: unknown): Doc => { const { [key]: _old, ...rest } = document; return value === undefined || (Array.isArray(value) && !value.length) ? rest : { ...rest, [key]: value } }

export default function PoolEditor({ document, onChange, problems, readOnly }: EditorProps) {
  const { t, say } = useTongue()
  const { data: schema } = useSchema()
  const object = String(document.object ?? 'lead')
  const pick = (document.pick ?? {}) as Doc
  const rules = Array.isArray(document.return) ? (document.return as Rule[]) : []
  const never = Array.isArray(document.never_return) ? (document.never_return as string[]) : []
  const fields = schema?.objects.find((each) => each.key === object)?.fields ?? []
  const setRules = (next: Rule[]) => onChange(put(document, 'return', next))
  const setRule = (at: number, next: Rule) => setRules(rules.map((rule, place) => (place === at ? next : rule)))
  const holding = pick.holding !== null && typeof pick.holding === 'object'
  return (
    <div className="xj-stack">
      <Card title={t('pool_edit.picking')}>
        <div className="xj-stack-8 xj-pool">
          <label className="xj-check"><input type="checkbox" disabled={readOnly} checked={pick.manager_only === true} onChange={(event) => onChange(put(document, 'pick', put(pick, 'manager_only', event.target.checked || undefined)))} />{t('pool_edit.manager_only')}</label>
          {pick.manager_only !== true && <Sentence text={t('pool_edit.per_day')} value={pick.per_day} readOnly={readOnly} label={t('pool_edit.per_day_label')} onChange={(value) => onChange(put(document, 'pick', put(pick, 'per_day', value)))} />}
          {pick.manager_only !== true && (holding ? <p className="xj-second">{t('pool_edit.holding_by_role', { text: Object.entries(pick.holding as Doc).map(([role, most]) => `${role} ${most}`).join('、') })}</p> : <Sentence text={t('pool_edit.holding')} value={pick.holding} readOnly={readOnly} label={t('pool_edit.holding_label')} onChange={(value) => onChange(put(document, 'pick', put(pick, 'holding', value)))} />)}
          <Sentence text={t('pool_edit.cool_down')} value={document.cool_down_days} readOnly={readOnly} label={t('pool_edit.cool_down_label')} onChange={(value) => onChange(put(document, 'cool_down_days', value))} />
          <div><span className="xj-second">{t('pool_edit.hide')}</span><SelectBox label={t('pool_edit.hide')} multiple readOnly={readOnly} value={(document.hide_until_pick as string[] | undefined) ?? []} options={fields.map((field) => ({ value: field.key, label: say(field.name, field.key) }))} onChange={(next) => onChange(put(document, 'hide_until_pick', next as string[]))} /></div>
          <Wrong problems={problems.filter((problem) => /^(pick|hide_until_pick|cool_down_days)/.test(problem.path ?? ''))} />
        </div>
      </Card>
      <Card title={t('pool_edit.returning', { count: rules.length })} aside={!readOnly && <Button size="small" icon="plus" onClick={() => setRules([...rules, { key: freshKey(rules), when: 'true', idle_days: 30, warn_days: [7, 3, 1] }])}>{t('pool_edit.add_rule')}</Button>}>
        <ol className="xj-stack xj-pool">
          {rules.map((rule, at) => (
            <li key={rule.key ?? at} className="xj-pool__rule" data-path={`return.${at}`}>
              <div className="xj-line"><b>{at + 1}</b><Sentence text={t('pool_edit.idle')} value={rule.idle_days} readOnly={readOnly} label={t('pool_edit.idle_label', { n: at + 1 })} onChange={(value) => setRule(at, put(rule as Doc, 'idle_days', value) as Rule)} /><span className="xj-grow" />{!readOnly && <Button size="small" kind="ghost" icon="cross" aria-label={t('pool_edit.remove_rule', { n: at + 1 })} onClick={() => setRules(rules.filter((_, place) => place !== at))} />}</div>
              <span className="xj-second">{t('pool_edit.when')}</span>
              <ConditionBuilder object={object} cel={rule.when === 'true' ? '' : (rule.when ?? '')} onChange={(cel) => setRule(at, { ...rule, when: cel || 'true' })} problems={problemsAt(problems, `return.${at}.when`)} readOnly={readOnly} label={t('pool_edit.when')} />
              <span className="xj-second">{t('pool_edit.unless')}</span>
              <ConditionBuilder object={object} cel={rule.unless ?? ''} onChange={(cel) => setRule(at, put(rule as Doc, 'unless', cel || undefined) as Rule)} problems={problemsAt(problems, `return.${at}.unless`)} readOnly={readOnly} label={t('pool_edit.unless')} />
              <label className="xj-line"><span className="xj-second">{t('pool_edit.warn')}</span><DaysBox path={`return.${at}.warn_days`} wrong={problemsAt(problems, `return.${at}.warn_days`).length > 0} value={rule.warn_days} readOnly={readOnly} onChange={(days) => setRule(at, put(rule as Doc, 'warn_days', days) as Rule)} /><span>{t('pool_edit.warn_tail')}</span></label>
              <Wrong problems={problemsAt(problems, `return.${at}`).filter((problem) => !/\.(when|unless)$/.test(problem.path ?? ''))} />
            </li>
          ))}
          {!rules.length && <li className="xj-muted">{t('pool_edit.no_rules')}</li>}
        </ol>
      </Card>
      <Card title={t('pool_edit.protection')} aside={!readOnly && <Button size="small" icon="plus" onClick={() => onChange(put(document, 'never_return', [...never, 'protected_until != null && protected_until > now']))}>{t('pool_edit.add_protection')}</Button>}>
        <ul className="xj-stack xj-pool">
          {never.map((cel, at) => (
            <li key={at} className="xj-pool__rule" data-path={`never_return.${at}`}>
              <div className="xj-line"><span className="xj-second xj-grow">{t('pool_edit.never')}</span>{!readOnly && <Button size="small" kind="ghost" icon="cross" aria-label={t('pool_edit.remove_protection', { n: at + 1 })} onClick={() => onChange(put(document, 'never_return', never.filter((_, place) => place !== at)))} />}</div>
              <ConditionBuilder object={object} cel={cel} onChange={(next) => onChange({ ...document, never_return: never.map((each, place) => (place === at ? next : each)) })} problems={problemsAt(problems, `never_return.${at}`)} readOnly={readOnly} label={t('pool_edit.never')} />
            </li>
          ))}
          {!never.length && <li className="xj-muted">{t('pool_edit.no_protection')}</li>}
        </ul>
      </Card>
    </div>
  )
}

function freshKey(rules: Rule[]): string {
  let n = rules.length + 1
  while (rules.some((rule) => rule.key === `idle_${n}`)) n += 1
  return `idle_${n}`
}

/** A sentence with one number in it: "每人每天最多领取 [3] 条"; an empty number means no limit. */
function Sentence({ text, value, label, readOnly, onChange }: { text: string; value: unknown; label: string; readOnly: boolean; onChange: (value: number | string | undefined) => void }) {
  const [before, after] = text.split('[]')
  return <label className="xj-pool__sentence">{before}<NumberBox label={label} readOnly={readOnly} value={value} placeholder="∞" onChange={onChange} />{after}</label>
}

const daysOf = (typed: string) => typed.split(/[、,，\s]+/).filter(Boolean).map((word) => numberOf(word)!)

/** Days typed in one line; what is none stays in it, for the check to refuse. */
function DaysBox({ path, wrong, value = [], readOnly, onChange }: { path: string; wrong: boolean; value?: (number | string)[] | undefined; readOnly: boolean; onChange: (days: (number | string)[]) => void }) {
  const [typed, setTyped] = useState('')
  const shown = JSON.stringify(daysOf(typed)) === JSON.stringify(value) ? typed : value.join('、')
  return <input className="xj-input xj-pool__days" data-path={path} aria-invalid={wrong || undefined} readOnly={readOnly} value={shown} onChange={(event) => { setTyped(event.target.value); onChange(daysOf(event.target.value)) }} />
}

function Wrong({ problems }: { problems: Problem[] }) {
  const { t, tongue } = useTongue()
  return problems.map((problem, at) => <p key={at} className="xj-field__error" role="alert"><Icon name="alert" />{problemText(problem, t, tongue)}</p>)
}
