/** Guidance at a moment: when it appears, what it says, and what must be ticked before the write goes on. */
import type { FieldDefinition, Text } from '@/api/types'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { written } from '@/lib/written'
import { ConditionBuilder } from '@/metadata/conditions/ConditionBuilder'
import { moved, problemsAt, putIn, setAt, takeOut, type EditorProps, type Problem } from '@/metadata/editing'
import { useObject } from '@/metadata/schema'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { Icon } from '@/ui/Icon'
import { Reorder } from '@/ui/Reorder'
import './guidance.css'

interface Moment { field?: string; to?: unknown; open?: boolean }
export interface Item { key: string; text: Text; required?: boolean }

/** Moments people name: a lead's conversion is its status taking that value. */
export const CONVERT: Moment = { field: 'status', to: 'converted' }
export const wanted = (moment: Moment): string[] => (Array.isArray(moment.to) ? moment.to.map(String) : moment.to === undefined || moment.to === null ? [] : [String(moment.to)])
export const momentWord = (object: string, moment: Moment): 'open' | 'convert' | 'field' => (moment.open ? 'open' : object === 'lead' && moment.field === 'status' && String(wanted(moment)) === 'converted' ? 'convert' : 'field')

export function freshKey(items: readonly Item[]): string {
  let n = items.length + 1
  while (items.some((item) => item.key === `item_${n}`)) n += 1
  return `item_${n}`
}

export default function GuidanceEditor({ document, onChange, problems, readOnly }: EditorProps) {
  const { t, tongue, say } = useTongue()
  const object = String(document.object ?? 'lead')
  const { meta } = useObject(object)
  const moment = (document.moment ?? {}) as Moment
  const items = Array.isArray(document.items) ? (document.items as Item[]) : []
  const lang = tongue === 'en' ? 'en' : 'zh'
  const write = (old: Text | undefined, value: string): Text => ({ ...old, [lang]: value, ...(lang === 'zh' && (!old?.en || old.en === old.zh) ? { en: value } : {}), ...(lang === 'en' && !old?.zh ? { zh: value } : {}) })
  const fields = [...(meta?.fields.values() ?? [])].filter((field) => ['choice', 'boolean', 'text'].includes(field.kind) && !field.system)
  const word = momentWord(object, moment)
  const firstField = fields.find((field) => field.options?.length) ?? fields[0]
  const put = (path: string, value: unknown) => onChange(setAt(document, path, value))
  const choose = (next: string) => put('moment', next === 'open' ? { open: true } : next === 'convert' ? CONVERT : { field: firstField?.key, to: firstField?.options?.[0] ? [firstField.options[0].key] : '' })
  return (
    <div className="xj-stack">
      <Card title={t('guide.when')}>
        <div className="xj-stack">
          <Field label={t('guide.moment')}>{(control) => <select {...control} className="xj-input" disabled={readOnly} value={word} onChange={(event) => choose(event.target.value)}><option value="open">{t('guide.open', { name: say(meta?.definition.name, object) })}</option>{object === 'lead' && <option value="convert">{t('guide.convert')}</option>}<option value="field">{t('guide.field')}</option></select>}</Field>
          {word === 'field' && <FieldMoment moment={moment} fields={fields} readOnly={readOnly} onChange={(next) => put('moment', next)} />}
          <Wrong problems={problemsAt(problems, 'moment')} path="moment" />
          <div data-path="when"><p className="xj-second">{t('guide.only')}</p><ConditionBuilder object={object} cel={typeof document.when === 'string' ? document.when : ''} onChange={(cel) => put('when', cel || undefined)} problems={problemsAt(problems, 'when')} readOnly={readOnly} label={t('guide.only')} /></div>
        </div>
      </Card>
      <Card title={t('guide.says')}>
        <div className="xj-stack">
          <Field label={t('guide.title')} hint={t('guide.title_hint')}>{(control) => <input {...control} className="xj-input" readOnly={readOnly} value={written((document.title ?? document.name), tongue)} onChange={(event) => put('title', write(document.title as Text, event.target.value))} />}</Field>
          <Field label={t('guide.text')}>{(control) => <textarea {...control} className="xj-input" rows={3} readOnly={readOnly} data-path="text" value={written(document.text, tongue)} onChange={(event) => put('text', event.target.value ? write(document.text as Text, event.target.value) : undefined)} />}</Field>
          <Wrong problems={problemsAt(problems, 'text')} path="text" />
          <section className="xj-stack-8" aria-label={t('guide.items')}>
            <h3 className="xj-field__label">{t('guide.items')}</h3>
            <Reorder items={items} label={t('guide.items')} keyOf={(item, at) => `${item.key}.${at}`} handleLabel={(_, at) => t('guide.move', { at: at + 1 })} locked={readOnly} onMove={(from, to) => put('items', moved(items, from, to))} row={(item, at, handle) => (
              <div className="xj-guide__item" data-path={`items.${at}`}>
                {handle}
                <input className="xj-input" aria-label={t('guide.item', { at: at + 1 })} readOnly={readOnly} value={written(item.text, tongue)} onChange={(event) => put(`items.${at}.text`, write(item.text, event.target.value))} />
                <label className="xj-check"><input type="checkbox" disabled={readOnly} checked={item.required === true} onChange={(event) => put(`items.${at}.required`, event.target.checked || undefined)} />{t('guide.must')}</label>
                {!readOnly && <Button kind="ghost" size="small" icon="cross" aria-label={t('guide.remove', { at: at + 1 })} onClick={() => put('items', takeOut(items, at))} />}
                <Wrong problems={problemsAt(problems, `items.${at}`)} path={`items.${at}`} />
              </div>
            )} />
            {!readOnly && <div><Button icon="plus" onClick={() => put('items', putIn(items, { key: freshKey(items), text: { zh: '', en: '' }, required: true }))}>{t('guide.add')}</Button></div>}
          </section>
        </div>
      </Card>
    </div>
  )
}

function FieldMoment({ moment, fields, readOnly, onChange }: { moment: Moment; fields: FieldDefinition[]; readOnly: boolean; onChange: (moment: Moment) => void }) {
  const { t, say } = useTongue()
  const field = fields.find((each) => each.key === moment.field)
  const values = wanted(moment)
  const options = field?.options?.map((option) => ({ key: option.key, name: say(option.name, option.key) })) ?? (field?.kind === 'boolean' ? [{ key: 'true', name: t('common.yes') }, { key: 'false', name: t('common.no') }] : [])
  const toggle = (key: string) => onChange({ ...moment, to: values.includes(key) ? values.filter((each) => each !== key) : [...values, key] })
  return (
    <>
      <Field label={t('guide.which')}>{(control) => <select {...control} className="xj-input" disabled={readOnly} value={moment.field ?? ''} onChange={(event) => onChange({ field: event.target.value, to: [] })}>{!field && <option value={moment.field ?? ''}>{moment.field ?? '–'}</option>}{fields.map((each) => <option key={each.key} value={each.key}>{say(each.name, each.key)}</option>)}</select>}</Field>
      {options.length ? (
        <fieldset className="xj-field" data-path="moment.to"><legend className="xj-field__label">{t('guide.becomes')}</legend><div className="xj-line">{options.map((option) => <label key={option.key} className="xj-check"><input type="checkbox" disabled={readOnly} checked={values.includes(option.key)} onChange={() => toggle(option.key)} />{option.name}</label>)}</div></fieldset>
      ) : <Field label={t('guide.becomes')}>{(control) => <input {...control} className="xj-input" data-path="moment.to" readOnly={readOnly} value={values.join('、')} onChange={(event) => onChange({ ...moment, to: event.target.value.split(/[、,，]/).map((each) => each.trim()).filter(Boolean) })} />}</Field>}
    </>
  )
}

function Wrong({ problems, path }: { problems: Problem[]; path: string }) {
  const { t, tongue } = useTongue()
  return problems.map((problem, at) => <p key={at} className="xj-field__error" role="alert" data-path={problem.path ?? path}><Icon name="alert" />{problemText(problem, t, tongue)}</p>)
}
