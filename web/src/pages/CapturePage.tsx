/** Quick capture: paste a card or a chat, see what was recognised, be told of duplicates while typing, save. */
import { Link, useNavigate } from '@tanstack/react-router'
import { useMutation } from '@tanstack/react-query'
import { useDeferredValue, useEffect, useRef, useState } from 'react'
import { DuplicateList } from '@/features/leads/Proposals'
import { recognise, useDuplicates } from '@/features/leads/queries'
import { idempotencyKey } from '@/lib/api'
import { problemsByField } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { FieldInput, isEditable } from '@/metadata/FieldInput'
import { QueryState } from '@/metadata/QueryState'
import { useCreateRecord } from '@/metadata/records'
import { useObject } from '@/metadata/schema'
import { useDone } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { Page } from '@/ui/Page'
import '@/features/leads/lead.css'
import '@/metadata/records.css'

const FIELDS = ['company', 'name', 'mobile', 'wechat', 'email', 'source', 'intent', 'industry', 'region', 'budget', 'need']
const STORE = 'xingji.capture'

function kept(): { values: Record<string, unknown>; text: string } {
  try {
    const value = JSON.parse(sessionStorage.getItem(STORE) ?? '{}') as { values?: Record<string, unknown>; text?: string }
    return { values: value.values ?? {}, text: value.text ?? '' }
  } catch {
    return { values: {}, text: '' }
  }
}

export default function CapturePage() {
  const { t, tongue, say } = useTongue()
  const navigate = useNavigate()
  const { meta, ...state } = useObject('lead')
  const [start] = useState(kept)
  const [text, setText] = useState(start.text)
  const [values, setValues] = useState<Record<string, unknown>>(start.values)
  const [filled, setFilled] = useState<string[]>([])
  const [round, setRound] = useState(0)
  const key = useRef(idempotencyKey())
  const read = useMutation({ mutationFn: recognise, onSuccess: ({ fields }) => { setValues((old) => ({ ...old, ...fields })); setFilled(Object.keys(fields)); setRound((now) => now + 1) } })
  const create = useCreateRecord('lead')
  const done = useDone()
  const duplicates = useDuplicates(useDeferredValue(values))
  useEffect(() => { sessionStorage.setItem(STORE, JSON.stringify({ values, text })) }, [values, text])
  if (!meta) return <Page title={t('nav.capture')}><QueryState query={state} /></Page>
  const problems = problemsByField(create.error, t, tongue)
  const fields = FIELDS.map((name) => meta.fields.get(name)).filter((field) => field !== undefined).filter(isEditable)
  const empty = !fields.some((field) => values[field.key])
  const save = () => create.mutate({ values: Object.fromEntries(fields.flatMap((field) => (values[field.key] === undefined || values[field.key] === null ? [] : [[field.key, values[field.key]]]))), key: key.current }, {
    onSuccess: (written) => {
      sessionStorage.removeItem(STORE)
      done(t('capture.saved'), written.change)
      const id = written.id ?? written.record?.id
      void navigate(id ? { to: '/leads/$id', params: { id } } : { to: '/leads' })
    },
  })
  return (
    <Page title={t('nav.capture')}>
      <h1 className="xj-sr">{t('nav.capture')}</h1>
      <div className="xj-split">
        <div className="xj-stack">
          <Card title={t('capture.paste_title')}>
            <div className="xj-stack-8">
              <label className="xj-sr" htmlFor="capture-text">{t('capture.invite')}</label>
              <textarea id="capture-text" className="xj-input" rows={4} placeholder={t('capture.placeholder')} value={text} onChange={(event) => setText(event.target.value)}
                onPaste={(event) => { const pasted = event.clipboardData.getData('text'); if (!text && pasted.trim().length > 5) setTimeout(() => read.mutate(pasted)) }} />
              <div className="xj-line"><Button icon="search" reason={text.trim() ? undefined : t('capture.paste_first')} disabled={read.isPending} onClick={() => read.mutate(text)}>{t('capture.recognise')}</Button>
                <span className="xj-small xj-muted" role="status">{read.isPending ? t('capture.reading') : read.data ? t('capture.found', { count: filled.length }) : ''}</span></div>
            </div>
          </Card>
          <Card title={t('capture.fields_title')}>
            <form className="xj-form--two" noValidate onSubmit={(event) => { event.preventDefault(); save() }}>
              {problems[''] && <div className="xj-form__wide"><Notice kind="error">{problems['']}</Notice></div>}
              {create.error && Object.keys(problems).length === 0 && <div className="xj-form__wide"><Notice kind="error">{t('errors.unexpected')}</Notice></div>}
              {fields.map((field) => (
                <div key={`${field.key}.${round}`} className={field.kind === 'long_text' ? 'xj-form__wide' : undefined}>
                  <Field label={say(field.name, field.key)} required={field.required ?? false} error={problems[field.key]} hint={filled.includes(field.key) ? t('capture.recognised') : undefined}>
                    {(control) => <FieldInput field={field} label={say(field.name, field.key)} control={control} value={values[field.key]} onChange={(value) => setValues((old) => ({ ...old, [field.key]: value }))} />}
                  </Field>
                </div>
              ))}
              <div className="xj-form__foot">
                <Button kind="ghost" onClick={() => { setValues({}); setText(''); setFilled([]); setRound((now) => now + 1) }}>{t('capture.clear')}</Button>
                <Button type="submit" kind="primary" reason={empty ? t('capture.nothing_yet') : undefined} disabled={create.isPending}>{t('capture.save')}</Button>
              </div>
            </form>
          </Card>
        </div>
        <Card flush title={t('capture.duplicates')}>
          {duplicates.data?.rows.length
            ? <DuplicateList rows={duplicates.data.rows} link={({ id, title, object }) => (object === 'customer' ? <Link to="/records/$object/$id" params={{ object, id }}>{title}</Link> : <Link to="/leads/$id" params={{ id }}>{title}</Link>)} />
            : <p className="xj-row xj-muted" role="status">{duplicates.isFetching ? t('common.loading') : duplicates.data ? t('capture.no_duplicates') : t('capture.duplicates_help')}</p>}
        </Card>
      </div>
    </Page>
  )
}
