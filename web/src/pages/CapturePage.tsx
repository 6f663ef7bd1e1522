/** Quick capture: paste a card or a chat, see what was recognised, be told of duplicates while typing, save. */
import { Link, useNavigate } from '@tanstack/react-router'
import type { FieldDefinition } from '@/api/types'
import { useMutation } from '@tanstack/react-query'
import { useDeferredValue, useRef, useState } from 'react'
import { DuplicateList } from '@/features/leads/Proposals'
import { recognise, useDuplicates } from '@/features/leads/queries'
import { idempotencyKey } from '@/lib/api'
import { clockNow } from '@/lib/clock'
import { useDraft } from '@/lib/drafts'
import { errorText, problemsByField, tooLong } from '@/lib/errors'
import { useIsPhone } from '@/lib/screen'
import { useTongue } from '@/lib/text'
import { dayOf } from '@/lib/time'
import { isEditable } from '@/metadata/editable'
import { FieldInput } from '@/metadata/FieldInput'
import { QueryState } from '@/metadata/QueryState'
import { useCreateRecord } from '@/metadata/records'
import { useObject } from '@/metadata/schema'
import { useDone } from '@/metadata/undo'
import { useValues } from '@/metadata/useValues'
import { valueText } from '@/metadata/values'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import '@/features/leads/lead.css'
import '@/metadata/records.css'

/** The most letters that are read at once. */
const LONGEST = 5_000
const FIELDS = ['company', 'name', 'position', 'mobile', 'wechat', 'email', 'source', 'intent', 'industry', 'region', 'budget', 'need']
const MAIN = new Set(['company', 'name', 'mobile', 'need'])
const WAYS = ['asked', 'card', 'phone', 'wechat', 'form'] as const
interface Draft { values: Record<string, unknown>; text: string }
const NOTHING: Draft = { values: {}, text: '' }

export default function CapturePage() {
  const { t, tongue, say } = useTongue()
  const navigate = useNavigate()
  const { meta, ...state } = useObject('lead')
  const draft = useDraft<Draft>('capture', NOTHING)
  const { text, values } = draft.value
  const setText = (next: string) => draft.set((old) => ({ ...old, text: next }))
  const setValues = (change: (old: Record<string, unknown>) => Record<string, unknown>) => draft.set((old) => ({ ...old, values: change(old.values) }))
  const [filled, setFilled] = useState<string[]>([])
  const [round, setRound] = useState(0)
  const [shownFirst, setShownFirst] = useState<ReadonlySet<string>>(new Set())
  const phone = useIsPhone()
  const context = useValues()
  const key = useRef(idempotencyKey())
  const read = useMutation({ mutationFn: recognise, onSuccess: ({ fields }) => { setValues((old) => ({ ...old, ...fields })); setFilled(Object.keys(fields)); setShownFirst(new Set(Object.keys(fields))); setRound((now) => now + 1) } })
  const create = useCreateRecord('lead')
  const done = useDone()
  const duplicates = useDuplicates(useDeferredValue(values))
  if (!meta) return <Page title={t('nav.capture')}><QueryState query={state} /></Page>
  const problems = problemsByField(create.error, t, tongue)
  const fields = FIELDS.map((name) => meta.fields.get(name)).filter((field) => field !== undefined).filter(isEditable)
  const filledIn = (key: string) => values[key] !== undefined && values[key] !== null && values[key] !== ''
  const empty = !fields.some((field) => filledIn(field.key))
  const front = phone ? fields.filter((field) => MAIN.has(field.key) || shownFirst.has(field.key)) : fields
  const behind = fields.filter((field) => !front.includes(field))
  const beside = Object.keys(values).filter((key) => filledIn(key) && key !== 'consent' && !fields.some((field) => field.key === key)).flatMap((key) => meta.fields.get(key) ?? []).filter((field) => field.can === 'write')
  const found = duplicates.data?.rows.length ?? 0
  const save = () => create.mutate({ values: Object.fromEntries([...fields.map((field) => field.key), ...beside.map((field) => field.key), 'consent'].filter((name) => filledIn(name) && meta.fields.get(name)?.can === 'write').map((name) => [name, values[name]])), key: key.current }, {
    onSuccess: (written) => {
      draft.drop()
      done(t('capture.saved'), written.change)
      const id = written.id ?? written.record?.id
      void navigate(id ? { to: '/leads/$id', params: { id } } : { to: '/leads' })
    },
  })
  const today = dayOf(clockNow())
  const long = tooLong(text, LONGEST, t)
  const input = (field: FieldDefinition) => (
    <div key={`${field.key}.${round}`} className={field.kind === 'long_text' ? 'xj-form__wide' : undefined}>
      <Field label={say(field.name, field.key)} required={field.required ?? false} error={problems[field.key]} hint={filled.includes(field.key) ? t('capture.recognised') : undefined}>
        {(control) => <FieldInput field={field} label={say(field.name, field.key)} control={control} value={values[field.key]} onChange={(value) => setValues((old) => ({ ...old, [field.key]: value }))} />}
      </Field>
    </div>
  )
  const same = (
    <Card flush title={t('capture.duplicates')}>
      {found
        ? <DuplicateList rows={duplicates.data!.rows} link={({ id, title, object }) => (object === 'customer' ? <Link to="/records/$object/$id" params={{ object, id }}>{title}</Link> : <Link to="/leads/$id" params={{ id }}>{title}</Link>)} />
        : <p className="xj-row xj-muted" role="status">{duplicates.isFetching ? t('common.loading') : duplicates.data ? t('capture.no_duplicates') : t('capture.duplicates_help')}</p>}
    </Card>
  )
  return (
    <Page title={t('nav.capture')}>
      <h1 className="xj-sr">{t('nav.capture')}</h1>
      <div className="xj-split">
        <div className="xj-stack">
          <Card title={t('capture.paste_title')}>
            <div className="xj-stack-8">
              <Field quiet label={t('capture.invite')} error={long ?? (read.error ? errorText(read.error, t, tongue) : undefined)}>{(control) => <textarea {...control} data-paste className="xj-input" rows={4} placeholder={t('capture.placeholder')} value={text} onChange={(event) => setText(event.target.value)}
                onPaste={(event) => { const pasted = event.clipboardData.getData('text'); if (pasted.trim().length > 5 && !tooLong(pasted, LONGEST, t)) setTimeout(() => read.mutate(pasted)) }} />}</Field>
              <div className="xj-line"><Button icon="search" reason={text.trim() ? long : t('capture.paste_first')} disabled={read.isPending} onClick={() => read.mutate(text)}>{t('capture.recognise')}</Button>
                <span className="xj-small xj-muted" role="status">{read.isPending ? t('capture.reading') : read.data ? t('capture.found', { count: filled.length }) : ''}</span></div>
            </div>
          </Card>
          {phone && found > 0 && same}
          <Card title={t('capture.fields_title')}>
            <form className="xj-form--two" noValidate onSubmit={(event) => { event.preventDefault(); save() }}>
              {problems[''] && <div className="xj-form__wide"><Notice kind="error">{problems['']}</Notice></div>}
              {create.error && Object.keys(problems).length === 0 && <div className="xj-form__wide"><Notice kind="error">{t('errors.unexpected')}</Notice></div>}
              {front.map(input)}
              {behind.length > 0 && <details className="xj-form__wide xj-facts-fold" open={behind.some((field) => problems[field.key])}><summary>{t('capture.more', { count: behind.length })}<Icon name="down" /></summary><div className="xj-form">{behind.map(input)}</div></details>}
              {beside.length > 0 && <p className="xj-form__wide xj-small xj-second xj-facts-line">{beside.map((field) => <span key={field.key}>{say(field.name, field.key)} {valueText(values[field.key], field, context)}</span>)}</p>}
              {meta.fields.get('consent')?.can === 'write' && (
                <div className="xj-form__wide xj-stack-8" role="group" aria-label={t('capture.consent')}>
                  <span className="xj-field__label">{t('capture.consent')}</span>
                  <div className="xj-line">{WAYS.map((way) => { const words = `${t(`capture.way.${way}`)} ${today}`; return <button key={way} type="button" className="xj-pick" aria-pressed={values.consent === words} onClick={() => setValues((old) => ({ ...old, consent: old.consent === words ? null : words }))}>{t(`capture.way.${way}`)}</button> })}</div>
                  {typeof values.consent === 'string' && <span className="xj-small xj-muted">{values.consent}</span>}
                </div>
              )}
              <div className="xj-form__foot xj-form__foot--stick">
                <Button kind="ghost" onClick={() => { setValues(() => ({})); setText(''); setFilled([]); setRound((now) => now + 1) }}>{t('capture.clear')}</Button>
                <Button type="submit" kind="primary" reason={empty ? t('capture.nothing_yet') : undefined} disabled={create.isPending}>{t('capture.save')}</Button>
              </div>
            </form>
          </Card>
        </div>
        {(!phone || !found) && same}
      </div>
    </Page>
  )
}
