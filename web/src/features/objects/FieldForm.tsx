/** The properties of one field: what it is called and means, its kind with what a change would lose, and what its kind allows. */
import { useState } from 'react'
import { Link } from '@tanstack/react-router'
import { useTongue } from '@/lib/text'
import { problemsAt, setAt, type Doc, type Problem } from '@/metadata/editing'
import { NumberBox } from '@/metadata/NumberBox'
import { useSchema } from '@/metadata/schema'
import { problemText } from '@/lib/errors'
import { written } from '@/lib/written'
import { Field } from '@/ui/Field'
import { asKind, FIELD_KINDS, kindOf, type FieldSpec } from './kinds'
import { OptionsEditor } from './OptionsEditor'
import { useFieldUsers, useSchemaChange } from './queries'
import { FormulaSettings, RollupSettings } from './Computed'
import { KNOWABLE, KnownFrom } from './KnownFrom'

interface FormProps { field: FieldSpec; at: number; document: Doc; published: FieldSpec | undefined; problems: Problem[]; readOnly: boolean; onChange: (field: FieldSpec) => void; onAmend: (how: (field: FieldSpec) => FieldSpec) => void; onName: (name: string) => void }

export function FieldForm({ field, at, document, published, problems, readOnly, onChange, onAmend, onName }: FormProps) {
  const { t, tongue, say } = useTongue()
  const { data: schema } = useSchema()
  const [more, setMore] = useState(false)
  const path = `fields.${at}`
  const kind = kindOf(field.kind)
  const has = (setting: string) => kind.settings.includes(setting as never)
  const changed = Boolean(published && published.kind !== field.kind)
  const change = useSchemaChange(document, changed)
  const lost = change.data?.changed.find((each) => each.field === field.key)
  const users = useFieldUsers(String(document.key), field.key, more && Boolean(published))
  const put = (name: string, value: unknown) => onChange(setAt(field, name, value === '' || value === false ? undefined : value))
  const error = (part: string) => { const found = problemsAt(problems, `${path}.${part}`)[0]; return found ? problemText(found, t, tongue) : undefined }
  const text = (value: unknown) => (value === undefined || value === null ? '' : String(value))
  return (
    <div className="xj-form xj-form--two xj-fieldform">
      <Field label={t('objects.field_name')} required error={error('name')}>{(control) => <input {...control} data-path={`${path}.name`} className="xj-input" readOnly={readOnly} value={field.name?.zh ?? ''} onChange={(event) => onChange({ ...field, name: { ...field.name, zh: event.target.value, ...(!field.name?.en || field.name.en === field.name.zh ? { en: event.target.value } : {}) } })} onBlur={(event) => onName(event.target.value)} />}</Field>
      <Field label={t('objects.field_kind')} error={error('kind')} hint={t(`objects.kind.${field.kind}.about`)}>{(control) => <select {...control} data-path={`${path}.kind`} className="xj-input" disabled={readOnly} value={field.kind} onChange={(event) => onChange(asKind(field, event.target.value))}>{FIELD_KINDS.map((each) => <option key={each.key} value={each.key}>{t(`objects.kind.${each.key}.name`)}</option>)}</select>}</Field>
      {changed && <p className="xj-form__wide xj-notice" role="status">{!lost ? t('objects.change_counting') : lost.values === 0 ? t('objects.change_empty') : lost.lost === 0 ? t('objects.change_fits', { count: lost.values }) : t('objects.change_loses', { count: lost.values, lost: lost.lost, samples: (lost.samples ?? []).join('、') || '–' })}</p>}
      <Field label={t('objects.help')} hint={t('objects.help_hint')}>{(control) => <input {...control} data-path={`${path}.help`} className="xj-input" readOnly={readOnly} value={written(field.help, tongue)} onChange={(event) => put('help', event.target.value ? { ...(field.help as object), zh: event.target.value } : '')} />}</Field>
      <Field label={t('objects.example')}>{(control) => <input {...control} data-path={`${path}.example`} className="xj-input" readOnly={readOnly} placeholder={t(`objects.kind.${field.kind}.example`)} value={text(field.example)} onChange={(event) => put('example', event.target.value)} />}</Field>
      <div className="xj-form__wide xj-line xj-fieldform__checks">
        {has('required') && <label className="xj-check"><input type="checkbox" data-path={`${path}.required`} disabled={readOnly} checked={field.required === true} onChange={(event) => put('required', event.target.checked)} />{t('objects.required')}</label>}
        {has('search') && <label className="xj-check"><input type="checkbox" disabled={readOnly} checked={field.search === true} onChange={(event) => put('search', event.target.checked)} />{t('objects.search')}</label>}
        {has('unique') && <label className="xj-check"><input type="checkbox" disabled={readOnly} checked={field.unique === true} onChange={(event) => put('unique', event.target.checked)} />{t('objects.unique')}</label>}
      </div>
      {has('options') && <div className="xj-form__wide"><p className="xj-field__label">{t('objects.options')}</p><OptionsEditor options={(field.options as never[]) ?? []} path={path} readOnly={readOnly} onChange={(options) => onChange({ ...field, options })} onAmend={(how) => onAmend((now) => ({ ...now, options: how((now.options as never[]) ?? []) }))} />{error('options') && <p className="xj-field__error">{error('options')}</p>}</div>}
      {has('decimals') && <Field label={t('objects.decimals')} error={error('decimals')}>{(control) => <select {...control} data-path={`${path}.decimals`} className="xj-input" disabled={readOnly} value={text(field.decimals) || '0'} onChange={(event) => put('decimals', Number(event.target.value) || undefined)}>{[0, 1, 2, 3, 4].map((each) => <option key={each} value={each}>{each ? t('objects.decimals_n', { count: each }) : t('objects.whole')}</option>)}</select>}</Field>}
      {has('range') && <Field label={t('objects.range')} error={error('min') ?? error('max')}>{(control) => <div className="xj-line-nowrap"><NumberBox control={control} path={`${path}.min`} label={t('objects.least')} placeholder={t('objects.least')} readOnly={readOnly} value={field.min} onChange={(least) => put('min', least)} /><span>–</span><NumberBox path={`${path}.max`} label={t('objects.most')} placeholder={t('objects.most')} readOnly={readOnly} value={field.max} onChange={(most) => put('max', most)} /></div>}</Field>}
      {has('target') && <Field label={t('objects.target')} error={error('to')}>{(control) => <select {...control} data-path={`${path}.to`} className="xj-input" disabled={readOnly} value={text(field.to)} onChange={(event) => put('to', event.target.value)}>{schema?.objects.map((each) => <option key={each.key} value={each.key}>{say(each.name, each.key)}</option>)}</select>}</Field>}
      {has('target') && <Field label={t('objects.inverse')} hint={t('objects.inverse_hint', { name: say(document.name as never, t('objects.this')) })} error={error('inverse')}>{(control) => <input {...control} data-path={`${path}.inverse`} className="xj-input" readOnly={readOnly} value={written((field.inverse as { name?: never } | undefined)?.name, tongue)} onChange={(event) => put('inverse', event.target.value ? { key: `${String(document.key)}_${field.key}`, ...(field.inverse as object), name: { zh: event.target.value, en: event.target.value } } : '')} />}</Field>}
      {has('formula') && <FormulaSettings field={field} path={path} object={String(document.key)} live={Boolean(published) || Boolean(schema?.objects.some((each) => each.key === document.key))} readOnly={readOnly} problem={error('expr') ?? error('result')} onChange={onChange} />}
      {has('rollup') && <RollupSettings field={field} path={path} object={String(document.key)} readOnly={readOnly} problems={problemsAt(problems, path)} onChange={onChange} />}
      {has('default') && field.kind !== 'boolean' && <Field label={t('objects.default')} error={error('default')}>{(control) => field.kind === 'choice' ? <select {...control} data-path={`${path}.default`} className="xj-input" disabled={readOnly} value={text(field.default)} onChange={(event) => put('default', event.target.value)}><option value="">{t('objects.no_default')}</option>{((field.options as { key: string; name?: never }[]) ?? []).map((option) => <option key={option.key} value={option.key}>{say(option.name, option.key)}</option>)}</select> : field.kind === 'number' ? <NumberBox control={control} path={`${path}.default`} readOnly={readOnly} value={field.default} onChange={(next) => put('default', next)} /> : <input {...control} data-path={`${path}.default`} className="xj-input" readOnly={readOnly} value={text(field.default)} onChange={(event) => put('default', event.target.value)} />}</Field>}
      {KNOWABLE.has(field.kind) && !field.required && <KnownFrom field={field} document={document} path={path} readOnly={readOnly} error={error('known')} onChange={(known) => put('known', known)} />}
      <details className="xj-form__wide xj-fold" onToggle={(event) => setMore(event.currentTarget.open)}>
        <summary>{t('objects.more')}</summary>
        <div className="xj-form xj-form--two">
          <Field label={t('objects.name_en')}>{(control) => <input {...control} className="xj-input" readOnly={readOnly} value={field.name?.en ?? ''} onChange={(event) => onChange({ ...field, name: { ...field.name, en: event.target.value } })} />}</Field>
          <Field label={t('objects.key')} error={error('key')} hint={t(published ? 'objects.key_fixed' : 'objects.key_hint')}>{(control) => <input {...control} data-path={`${path}.key`} className="xj-input xj-code" readOnly={readOnly || Boolean(published)} value={field.key} onChange={(event) => onChange({ ...field, key: event.target.value })} />}</Field>
          {published && <div className="xj-form__wide"><p className="xj-field__label">{t('definitions.usage')}</p>{!users.data ? <p className="xj-muted">{t('common.loading')}</p> : users.data.length === 0 ? <p className="xj-muted">{t('definitions.no_usage')}</p> : <p className="xj-line">{users.data.map((use, n) => <Link key={n} to="/settings/$kind/$key" params={{ kind: use.kind, key: use.key }}>{say(use.name, use.key)}</Link>)}</p>}</div>}
        </div>
      </details>
    </div>
  )
}
