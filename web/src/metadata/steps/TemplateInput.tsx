/** A text with blanks: fields are put in by picking them, and shown by their names. */
import { useRef, useState } from 'react'
import type { Text } from '@/api/types'
import { useTongue } from '@/lib/text'
import { useSchema } from '@/metadata/schema'
import type { ControlProps } from '@/ui/Field'
import type { Labels } from './sentence'

interface TemplateProps { value: Text | string | undefined; path: string; object: string; labels: Labels; readOnly: boolean; control: ControlProps; onChange: (value: Text) => void }

export function TemplateInput({ value, path, object, labels, readOnly, control, onChange }: TemplateProps) {
  const { t, say } = useTongue()
  const { data: schema } = useSchema()
  const [other, setOther] = useState(false)
  const box = useRef<HTMLInputElement>(null)
  const texts: Text = typeof value === 'string' ? { zh: value, en: value } : (value ?? {})
  const fields = schema?.objects.find((each) => each.key === object)?.fields ?? []
  const insert = (key: string) => {
    const input = box.current
    const text = texts.zh ?? ''
    const at = input?.selectionStart ?? text.length
    onChange({ ...texts, zh: `${text.slice(0, at)}{${key}}${text.slice(input?.selectionEnd ?? at)}` })
    setTimeout(() => { input?.focus(); input?.setSelectionRange(at + key.length + 2, at + key.length + 2) })
  }
  const shown = (text: string) => text.replace(/\{(\w+)\}/g, (_, key: string) => `〔${labels.field(key) || key}〕`)
  return (
    <div className="xj-stack-8" data-path={path}>
      <div className="xj-line-nowrap">
        <input {...control} ref={box} className="xj-input" readOnly={readOnly} value={texts.zh ?? ''} onChange={(event) => onChange({ ...texts, zh: event.target.value, ...(texts.en === texts.zh || texts.en === undefined ? { en: event.target.value } : {}) })} />
        {!readOnly && <select className="xj-input xj-pick" aria-label={t('rules.insert_field')} value="" onChange={(event) => { if (event.target.value) insert(event.target.value) }}><option value="">{t('rules.insert_field')}</option>{fields.map((field) => <option key={field.key} value={field.key}>{say(field.name, field.key)}</option>)}</select>}
      </div>
      {/\{\w+\}/.test(texts.zh ?? '') && <span className="xj-small xj-second">{t('rules.reads', { text: shown(texts.zh ?? '') })}</span>}
      <details className="xj-fold" onToggle={(event) => setOther(event.currentTarget.open)}><summary>{t('rules.english')}</summary>{other && <input className="xj-input" aria-label={t('rules.english')} readOnly={readOnly} value={texts.en ?? ''} onChange={(event) => onChange({ ...texts, en: event.target.value })} />}</details>
    </div>
  )
}
