/** Values given to fields: a plain value by the field's kind, or an expression for who wants one. */
import { useState } from 'react'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { problemsAt, type Problem } from '@/metadata/editing'
import { useSchema } from '@/metadata/schema'
import { Button } from '@/ui/Button'
import { celOf, literalOf } from './trigger'

interface ValuesProps { values: Record<string, string>; path: string; object: string; from: string; problems: Problem[]; readOnly: boolean; free?: boolean; onChange: (values: Record<string, string>) => void }

export function ValuesForm({ values, path, object, from, problems, readOnly, free, onChange }: ValuesProps) {
  const { t, tongue, say } = useTongue()
  const { data: schema } = useSchema()
  const [formulas, setFormulas] = useState<Set<string>>(() => new Set())
  const own = schema?.objects.find((each) => each.key === object)?.fields.filter((field) => !['formula', 'rollup', 'file', 'region'].includes(field.kind) && !field.server_owned && !field.system) ?? []
  const source = schema?.objects.find((each) => each.key === from)?.fields ?? []
  const put = (key: string, cel: string | undefined) => onChange(Object.fromEntries(Object.entries({ ...values, [key]: cel }).filter((pair): pair is [string, string] => pair[1] !== undefined)))
  return (
    <div className="xj-stack-8" data-path={path}>
      {Object.entries(values).map(([key, cel]) => {
        const field = own.find((each) => each.key === key)
        const plain = literalOf(cel)
        const formula = formulas.has(key) || plain === undefined
        const wrong = problemsAt(problems, `${path}.${key}`)[0]
        return (
          <div key={key} data-path={`${path}.${key}`}>
            <div className="xj-line-nowrap">
              <span className="xj-rules__name xj-ellipsis">{say(field?.name, key)}</span>
              {formula ? <input className="xj-input xj-code" aria-label={say(field?.name, key)} list={`${path}.names`} readOnly={readOnly} value={cel} onChange={(event) => put(key, event.target.value)} />
                : field?.options?.length ? <select className="xj-input" aria-label={say(field.name, key)} disabled={readOnly} value={String(plain ?? '')} onChange={(event) => put(key, celOf(event.target.value || null))}><option value="">{t('rules.empty')}</option>{field.options.map((option) => <option key={option.key} value={option.key}>{say(option.name, option.key)}</option>)}</select>
                : field?.kind === 'boolean' ? <select className="xj-input" aria-label={say(field.name, key)} disabled={readOnly} value={String(plain)} onChange={(event) => put(key, event.target.value)}><option value="true">{t('common.yes')}</option><option value="false">{t('common.no')}</option></select>
                : <input className="xj-input" aria-label={say(field?.name, key)} readOnly={readOnly} value={plain === null ? '' : String(plain)} onChange={(event) => put(key, ['number', 'money', 'percent'].includes(field?.kind ?? '') ? event.target.value || 'null' : celOf(event.target.value || null))} />}
              {!readOnly && <Button size="small" kind="ghost" aria-pressed={formula} reason={formula && plain === undefined ? t('rules.is_formula') : undefined} onClick={() => setFormulas((now) => { const next = new Set(now); if (!next.delete(key)) next.add(key); return next })}>{t('rules.formula')}</Button>}
              {!readOnly && <Button size="small" kind="ghost" icon="cross" aria-label={t('objects.take_out', { name: say(field?.name, key) })} onClick={() => put(key, undefined)} />}
            </div>
            {wrong && <p className="xj-field__error">{problemText(wrong, t, tongue)}</p>}
          </div>
        )
      })}
      <datalist id={`${path}.names`}>{source.map((field) => <option key={field.key} value={field.key}>{say(field.name, field.key)}</option>)}</datalist>
      {!readOnly && (free ? <select className="xj-input xj-pick" aria-label={t('rules.add_value')} value="" onChange={(event) => { if (event.target.value) put(event.target.value, event.target.value) }}><option value="">{t('rules.add_value')}</option>{source.filter((field) => !(field.key in values)).map((field) => <option key={field.key} value={field.key}>{say(field.name, field.key)}</option>)}</select>
        : <select className="xj-input xj-pick" aria-label={t('rules.add_value')} value="" onChange={(event) => { const field = own.find((each) => each.key === event.target.value); if (field) put(field.key, field.kind === 'boolean' ? 'true' : field.options?.length ? celOf(field.options[0]!.key) : ['number', 'money', 'percent'].includes(field.kind) ? '0' : ['person', 'relation', 'date', 'datetime', 'tags', 'multi_choice'].includes(field.kind) ? 'null' : '""') }}><option value="">{t('rules.add_value')}</option>{own.filter((field) => !(field.key in values)).map((field) => <option key={field.key} value={field.key}>{say(field.name, field.key)}</option>)}</select>)}
    </div>
  )
}
