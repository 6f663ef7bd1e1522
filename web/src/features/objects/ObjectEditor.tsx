/** Objects and their fields: a list to drag, a form per field, conditions as sentences. */
import { useLayoutEffect, useRef, useState } from 'react'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { written } from '@/lib/written'
import { moved, putIn, problemsAt, setAt, takeOut, useGoTo, type EditorProps } from '@/metadata/editing'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { Icon } from '@/ui/Icon'
import { Reorder } from '@/ui/Reorder'
import { Tag } from '@/ui/Status'
import { Conditions } from './Conditions'
import { FieldForm } from './FieldForm'
import { KindPalette } from './KindPalette'
import { kindOf, newField, type FieldSpec } from './kinds'
import { keysFor } from './queries'
import '@/metadata/records.css'
import './objects.css'

const fieldsOf = (document: Record<string, unknown> | null): FieldSpec[] => (Array.isArray(document?.fields) ? (document.fields as FieldSpec[]) : [])

export default function ObjectEditor({ document, onChange, problems, readOnly, published }: EditorProps) {
  const { t, tongue, say } = useTongue()
  const [open, setOpen] = useState<string | null>(null)
  const [picking, setPicking] = useState(false)
  const [find, setFind] = useState('')
  const fields = fieldsOf(document)
  const before = new Map(fieldsOf(published).map((field) => [field.key, field]))
  const owned = new Set((document.server_owned as string[] | undefined) ?? [])
  const gone = [...before.values()].filter((field) => !fields.some((each) => each.key === field.key))
  const put = (next: FieldSpec[]) => onChange({ ...document, fields: next })
  // What was asked of the server comes back to a document that may have been written in meanwhile.
  const latest = useRef(document)
  useLayoutEffect(() => { latest.current = document })
  const amend = (how: (fields: FieldSpec[]) => FieldSpec[]) => onChange((latest.current = { ...latest.current, fields: how(fieldsOf(latest.current)) }))
  useGoTo((path) => { const at = /^fields\.(\d+|[a-z0-9_]+)/.exec(path)?.[1]; if (at) { setFind(''); setOpen(/^\d+$/.test(at) ? (fields[Number(at)]?.key ?? null) : at) } })
  const add = (kind: string) => {
    const taken = new Set(fields.map((field) => field.key))
    let n = 1
    while (taken.has(`new_field_${n}`)) n++
    put([...fields, newField(kind, `new_field_${n}`, '')])
    setPicking(false); setOpen(`new_field_${n}`)
    setTimeout(() => window.document.querySelector<HTMLElement>(`[data-path="fields.${fields.length}.name"]`)?.focus(), 80)
  }
  const name = async (at: number, text: string) => {
    const field = fields[at]
    if (!field || before.has(field.key) || !/^new_field_\d+$/.test(field.key) || !text.trim()) return
    const [key] = await keysFor([text.trim()], [...fields.map((each) => each.key), ...before.keys(), 'id', 'owner', 'created_at', 'updated_at', 'brand', 'unit', 'version'])
    if (!key) return
    amend((now) => now.map((each) => (each.key === field.key ? { ...each, key, name: { zh: text, en: each.name?.en || text } } : each)))
    setOpen(key)
  }
  const wanted = find.trim().toLowerCase()
  const hidden = (field: FieldSpec) => Boolean(wanted) && !say(field.name, field.key).toLowerCase().includes(wanted) && !field.key.includes(wanted)
  const row = (field: FieldSpec, at: number, handle: React.ReactNode) => {
    if (hidden(field)) return null
    const wrong = problemsAt(problems, `fields.${at}`)
    const kind = kindOf(field.kind)
    const system = owned.has(field.key)
    const opened = open === field.key
    return (
      <div className="xj-fieldrow" data-path={`fields.${at}`} data-open={opened} data-owned={system || undefined}>
        <div className="xj-line-nowrap xj-fieldrow__head">
          {wanted ? null : handle}
          <button type="button" className="xj-fieldrow__name" aria-expanded={opened} onClick={() => setOpen(opened ? null : field.key)}>
            <Icon name={kind.icon} /><span className="xj-ellipsis xj-strong">{say(field.name) || t('objects.unnamed')}</span><span className="xj-small xj-muted">{t(`objects.kind.${field.kind}.name`, { defaultValue: field.kind })}</span>
          </button>
          {Boolean(field.required) && <Tag>{t('objects.required')}</Tag>}
          {system && <Tag title={t('objects.owned_help')}>{t('objects.owned')}</Tag>}
          {!before.has(field.key) && <Tag tint>{t('objects.is_new')}</Tag>}
          {wrong.length > 0 && <span className="xj-field__error"><Icon name="alert" aria-label={t('studio.problems')} /></span>}
          {!readOnly && <Button kind="ghost" size="small" icon="cross" aria-label={t('objects.remove', { name: say(field.name, field.key) })} onClick={() => put(takeOut(fields, at))} />}
        </div>
        {opened && <>
          {wrong.filter((problem) => problem.path === `fields.${at}`).map((problem, n) => <p key={n} className="xj-field__error" role="alert">{problemText(problem, t, tongue)}</p>)}
          {system && <p className="xj-small xj-muted">{t('objects.owned_help')}</p>}
          <FieldForm field={field} at={at} document={document} published={before.get(field.key)} problems={problems} readOnly={readOnly} onChange={(next) => { put(setAt(fields, [at], next)); if (next.key !== field.key) setOpen(next.key) }} onAmend={(how) => amend((now) => now.map((each, place) => (place === at ? how(each) : each)))} onName={(text) => void name(at, text)} />
        </>}
      </div>
    )
  }
  return (
    <div className="xj-stack">
      <Card>
        <div className="xj-form xj-form--two">
          <Field label={t('objects.object_name')} required>{(control) => <input {...control} data-path="name" className="xj-input" readOnly={readOnly} value={written(document.name, tongue)} onChange={(event) => onChange({ ...document, name: { ...(document.name as object), zh: event.target.value } })} />}</Field>
          <Field label={t('objects.title_field')} hint={t('objects.title_hint')}>{(control) => <select {...control} data-path="title" className="xj-input" disabled={readOnly} value={String(document.title ?? '')} onChange={(event) => onChange(setAt(document, 'title', event.target.value || undefined))}><option value="">–</option>{fields.filter((field) => ['text', 'company', 'phone', 'email'].includes(field.kind)).map((field) => <option key={field.key} value={field.key}>{say(field.name, field.key)}</option>)}</select>}</Field>
          <div className="xj-form__wide"><Field label={t('objects.object_help')}>{(control) => <input {...control} data-path="help" className="xj-input" readOnly={readOnly} value={written(document.help, tongue)} onChange={(event) => onChange(setAt(document, 'help', event.target.value ? { ...(document.help as object), zh: event.target.value } : undefined))} />}</Field></div>
        </div>
      </Card>
      <Card flush title={t('objects.fields', { count: fields.length })} aside={<>{fields.length > 10 && <input className="xj-input xj-objects__find" type="search" aria-label={t('objects.find')} placeholder={t('objects.find')} value={find} onChange={(event) => setFind(event.target.value)} />}{!readOnly && <Button size="small" icon="plus" onClick={() => setPicking(true)}>{t('objects.add_field')}</Button>}</>}>
        <Reorder items={fields} label={t('objects.field_list')} keyOf={(field, at) => `${at}.${before.has(field.key) ? field.key : 'new'}`} handleLabel={(field) => t('objects.move', { name: say(field.name, field.key) })} locked={readOnly} onMove={(from, to) => put(moved(fields, from, to))} row={row} />
        {gone.length > 0 && <div className="xj-gone"><p className="xj-small xj-muted">{t('objects.gone')}</p>{gone.map((field) => <span key={field.key} className="xj-line"><s>{say(field.name, field.key)}</s>{!readOnly && <Button size="small" kind="link" onClick={() => put(putIn(fields, field, fieldsOf(published).indexOf(field)))}>{t('objects.bring_back')}</Button>}</span>)}</div>}
      </Card>
      <Conditions document={document} fields={fields} problems={problems} readOnly={readOnly} onChange={(conditions) => onChange(setAt(document, 'conditions', conditions.length ? conditions : undefined))} />
      {picking && <KindPalette onPick={add} onClose={() => setPicking(false)} />}
    </div>
  )
}
