/** A risk as a form: whom it concerns, when it is raised (in the condition builder, its limits by name), what history says of the limits, what people read; and what it would have done. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Text } from '@/api/types'
import { call } from '@/lib/api'
import { clockNow } from '@/lib/clock'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { written } from '@/lib/written'
import { ConditionBuilder } from '@/metadata/conditions/ConditionBuilder'
import type { Place } from '@/metadata/conditions/queries'
import { problemsAt, putIn, setAt, takeOut, type Doc, type EditorProps } from '@/metadata/editing'
import { NumberBox } from '@/metadata/NumberBox'
import { useSchema } from '@/metadata/schema'
import { useRight } from '@/metadata/session'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { LimitLine } from './LimitLine'
import { useAccuracy } from './queries'

interface Limit extends Doc { key?: string; default?: number; fixed?: number; learn?: { stays?: boolean; value?: string; at?: number; by?: string } }
const HALF_YEAR = 182

export default function RiskEditor({ document, onChange, problems, readOnly }: EditorProps) {
  const { t, tongue, say } = useTongue()
  const { data: schema } = useSchema()
  const set = (path: string | (string | number)[], value: unknown) => onChange(setAt(document, path, value))
  const error = (path: string) => { const found = problemsAt(problems, path)[0]; return found ? problemText(found, t, tongue) : undefined }
  const lang = tongue === 'en' ? 'en' : 'zh'
  const words = (key: string) => say(document[key] as never)
  const area = (key: string, label: string, hint?: string) => (
    <Field label={label} hint={hint} error={error(key)}>{(control) => <textarea {...control} data-path={key} rows={2} className="xj-input" readOnly={readOnly} value={words(key)} onChange={(event) => set([key, lang], event.target.value || undefined)} />}</Field>
  )
  const limits = (document.limits ?? []) as Limit[]
  const named = JSON.stringify(Object.fromEntries(limits.filter((limit) => /^[a-z]\w*$/.test(limit.key ?? '')).map((limit) => [`limit.${limit.key}`, wordsOf(limit)])))
  const place = useMemo<Place>(() => ({ numbers: JSON.parse(named) as Record<string, Text> }), [named])
  const condition = (key: 'of' | 'when', label: string, hint: string) => (
    <div className="xj-field" data-path={key}><span className="xj-field__label">{label}</span>
      <ConditionBuilder key={limits.map((limit) => limit.key).join(' ')} object={String(document.object ?? 'deal')} cel={String(document[key] ?? '')} place={place} onChange={(cel) => set(key, cel || undefined)} problems={problemsAt(problems, key)} readOnly={readOnly} label={label} />
      <div className="xj-field__hint">{hint}</div>
    </div>
  )
  const facts = Object.entries((document.facts ?? {}) as Record<string, string>)
  return (
    <div className="xj-stack">
      <Would document={document} />
      <Card title={t('radar.edit.basics')}><div className="xj-form xj-form--two">
        <Field label={t('radar.edit.name')} required error={error('name')}>{(control) => <input {...control} data-path="name" className="xj-input" readOnly={readOnly} value={words('name')} onChange={(event) => set(['name', lang], event.target.value)} />}</Field>
        <Field label={t('radar.edit.object')} error={error('object')}>{(control) => <select {...control} data-path="object" className="xj-input" disabled={readOnly} value={String(document.object ?? '')} onChange={(event) => set('object', event.target.value)}><option value="">–</option>{schema?.objects.map((each) => <option key={each.key} value={each.key}>{say(each.name, each.key)}</option>)}</select>}</Field>
        <Field label={t('radar.edit.level')} error={error('level')}>{(control) => <select {...control} data-path="level" className="xj-input" disabled={readOnly} value={String(document.level ?? 'yellow')} onChange={(event) => set('level', event.target.value)}><option value="red">{t('radar.edit.red')}</option><option value="yellow">{t('radar.edit.yellow')}</option></select>}</Field>
        <Field label={t('radar.edit.who')} error={error('who')}>{(control) => <select {...control} data-path="who" className="xj-input" disabled={readOnly} value={String(document.who ?? 'owner')} onChange={(event) => set('who', event.target.value)}>{[...new Set(['owner', 'supervisor', String(document.who ?? 'owner')])].map((each) => <option key={each} value={each}>{t(`radar.who.${each}`, { defaultValue: each })}</option>)}</select>}</Field>
      </div></Card>
      <Card title={t('radar.edit.when')}><div className="xj-stack">
        {condition('of', t('radar.edit.of'), t('radar.edit.of_help'))}
        {condition('when', t('radar.edit.when'), t('radar.edit.when_help'))}
      </div></Card>
      <Card title={t('radar.edit.limits')} aside={!readOnly && <Button size="small" icon="plus" onClick={() => set('limits', putIn(limits, { key: freshKey(limits), name: { zh: t('radar.edit.new_limit', { n: limits.length + 1 }), en: t('radar.edit.new_limit', { n: limits.length + 1 }) }, default: 7, low: 0, high: 365 }))}>{t('radar.edit.add_limit')}</Button>}>
        <div className="xj-stack">{limits.map((limit, at) => <LimitForm key={at} limit={limit} rule={String(document.key ?? '')} object={String(document.object ?? 'deal')} at={at} readOnly={readOnly} error={error} onChange={(next) => set(['limits', at], next)} onRemove={() => set('limits', takeOut(limits, at))} />)}{error('limits') && limits.length === 0 && <p className="xj-field__error">{error('limits')}</p>}</div>
      </Card>
      <Card title={t('radar.edit.facts')} aside={!readOnly && <Button size="small" icon="plus" onClick={() => set('facts', Object.fromEntries([...facts, [`fact${facts.length + 1}`, 'days_since(created_at)']]))}>{t('radar.edit.add_fact')}</Button>}>
        <div className="xj-stack">{facts.map(([key, source], at) => (
          <div key={at} className="xj-form xj-form--two" data-path={`facts.${key}`}>
            <Field label={t('radar.edit.key')}>{(control) => <input {...control} className="xj-input" readOnly={readOnly} value={key} onChange={(event) => set('facts', Object.fromEntries(facts.map((one, n) => (n === at ? [event.target.value, one[1]] : one))))} />}</Field>
            <Field label={t('radar.edit.expression')} error={error(`facts.${key}`)}>{(control) => <input {...control} className="xj-input xj-code" readOnly={readOnly} value={source} onChange={(event) => set(['facts', key], event.target.value)} />}</Field>
            {!readOnly && <Button size="small" kind="ghost" style={{ justifySelf: 'start' }} onClick={() => set('facts', facts.length > 1 ? Object.fromEntries(facts.filter((_, n) => n !== at)) : undefined)}>{t('radar.edit.remove')}</Button>}
          </div>
        ))}</div>
      </Card>
      <Card><div className="xj-form">{area('sentence', t('radar.edit.sentence'), t('radar.edit.sentence_help'))}{area('advice', t('radar.edit.advice'))}</div></Card>
    </div>
  )
}

function LimitForm({ limit, rule, object, at, readOnly, error, onChange, onRemove }: { limit: Limit; rule: string; object: string; at: number; readOnly: boolean; error: (path: string) => string | undefined; onChange: (next: Limit) => void; onRemove: () => void }) {
  const { t, say, tongue } = useTongue()
  const path = `limits.${at}`
  const lang = tongue === 'en' ? 'en' : 'zh'
  const now = useAccuracy(useRight('metrics.read')).data?.rules.find((each) => each.rule === rule)?.limits.find((each) => each.key === limit.key)
  const number = (key: string, label: string) => <Field label={label} error={error(`${path}.${key}`)}>{(control) => <NumberBox control={control} path={`${path}.${key}`} readOnly={readOnly} value={limit[key] ?? undefined} onChange={(next) => onChange(setAt(limit, key, next))} />}</Field>
  const way = limit.learn?.stays ? 'stays' : limit.learn ? 'value' : 'none'
  const pick = (next: string) => onChange(setAt(limit, 'learn', next === 'none' ? undefined : next === 'stays' ? { stays: true, at: limit.learn?.at ?? 0.8 } : { value: limit.learn?.value ?? 'days_since(created_at)', at: limit.learn?.at ?? 0.5 }))
  return (
    <fieldset className="xj-form xj-form--two" data-path={path}>
      <div className="xj-form__wide xj-line"><b className="xj-grow">{say(limit.name as never, limit.key)}</b>{now && <span className="xj-second" data-in-force={limit.key}>{t('radar.edit.in_force')} <LimitLine limit={now} object={object} /></span>}{!readOnly && <Button size="small" kind="ghost" icon="cross" aria-label={t('radar.edit.remove_limit', { name: say(limit.name as never, limit.key) })} onClick={onRemove} />}</div>
      <Field label={t('radar.edit.limit_name')} error={error(`${path}.key`) ?? (error(path) && !error(`${path}.learn`) ? error(path) : undefined)}>{(control) => <input {...control} data-path={`${path}.name`} className="xj-input" readOnly={readOnly} value={written(limit.name, tongue)} onChange={(event) => onChange(setAt(limit, ['name', lang], event.target.value))} />}</Field>
      <Field label={t('radar.edit.unit')} error={error(`${path}.unit`)}>{(control) => <input {...control} className="xj-input" data-path={`${path}.unit`} readOnly={readOnly} value={String(limit.unit ?? '')} onChange={(event) => onChange(setAt(limit, 'unit', event.target.value || undefined))} />}</Field>
      {number('default', t('radar.edit.default'))}{number('fixed', t('radar.edit.fixed'))}{number('low', t('radar.edit.low'))}{number('high', t('radar.edit.high'))}
      <Field label={t('radar.edit.learn')} error={error(`${path}.learn`)}>{(control) => <select {...control} data-path={`${path}.learn`} className="xj-input" disabled={readOnly} value={way} onChange={(event) => pick(event.target.value)}><option value="none">{t('radar.edit.no_learn')}</option><option value="stays">{t('radar.edit.learn_stays')}</option><option value="value">{t('radar.edit.learn_value')}</option></select>}</Field>
      {limit.learn && <Field label={t('radar.edit.at')} error={error(`${path}.learn.at`)}>{(control) => <NumberBox control={control} path={`${path}.learn.at`} share readOnly={readOnly} value={limit.learn!.at} placeholder="80" onChange={(at) => onChange(setAt(limit, 'learn.at', at))} />}</Field>}
      {way === 'value' && <Field label={t('radar.edit.expression')}>{(control) => <input {...control} className="xj-input xj-code" readOnly={readOnly} value={limit.learn!.value ?? ''} onChange={(event) => onChange(setAt(limit, 'learn.value', event.target.value))} />}</Field>}
    </fieldset>
  )
}

/** A limit's name; its key where it has none. */
const wordsOf = (limit: Limit): Text => (limit.name as Text | undefined) ?? { zh: limit.key ?? '', en: limit.key ?? '' }

function freshKey(limits: Limit[]): string {
  let n = limits.length + 1
  while (limits.some((limit) => limit.key === `limit${n}`)) n += 1
  return `limit${n}`
}

/** The draft over the deals that ended in the last half year. */
function Would({ document }: { document: Doc }) {
  const { t } = useTongue()
  const key = String(document.key ?? '')
  const query = useQuery({
    queryKey: ['radar', 'would', document], enabled: Boolean(key), retry: false, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => { const until = Math.floor(clockNow() / 60_000) * 60_000; return call<{ records: number; count: number; lost_share: number | null; lost_share_others: number | null }>('post', '/api/v1/definitions/{kind}/{key}/dry-run', { path: { kind: 'risk', key }, body: { document, since: new Date(until - HALF_YEAR * 86_400_000).toISOString(), until: new Date(until).toISOString() }, signal }) },
  })
  const found = query.data
  if (!found || query.error) return null
  const percent = (value: number | null) => (value === null ? '–' : `${Math.round(value * 100)}%`)
  return <p className="xj-sentence" role="status" aria-label={t('radar.edit.figure')}>{found.records ? `${t('radar.would', { records: found.records, count: found.count })}。${found.lost_share === null ? '' : t('radar.would_ends', { share: percent(found.lost_share), others: percent(found.lost_share_others) })}` : t('radar.would_none')}</p>
}
