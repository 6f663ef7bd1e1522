/** A lead source: how it comes in, its address, the recorder that maps by clicking, a test on what came in, what holds for each lead. */
import { Link } from '@tanstack/react-router'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { problemsAt, type EditorProps } from '@/metadata/editing'
import { FieldInput } from '@/metadata/FieldInput'
import { useSchema } from '@/metadata/schema'
import { useRight } from '@/metadata/session'
import { useValues } from '@/metadata/useValues'
import { valueText } from '@/metadata/values'
import { useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { Address } from './Address'
import { MappingTable } from './MappingTable'
import { mapTo } from './payload'
import { useTrial, type Trial } from './queries'
import { Recorder } from './Recorder'
import './source.css'

type Doc = Record<string, unknown>
const WAYS = ['form', 'qr', 'json', 'wechat_oa', 'douyin', 'call', 'manual', 'import'] as const
const SETTINGS: Record<string, { name: string; secret?: boolean }[]> = {
  json: [{ name: 'secret', secret: true }, { name: 'header' }, { name: 'algorithm' }, { name: 'timestamp_header' }, { name: 'id' }, { name: 'time' }],
  call: [{ name: 'secret', secret: true }, { name: 'header' }],
  douyin: [{ name: 'client_secret', secret: true }],
  wechat_oa: [{ name: 'token', secret: true }, { name: 'encoding_aes_key', secret: true }, { name: 'app_id' }],
}
const ALIASES: Record<string, string> = { webhook: 'json', portal: 'manual', provider: 'json', event: 'manual' }

export default function SourceEditor({ document, onChange, problems, readOnly, published }: EditorProps) {
  const { t, tongue } = useTongue()
  const sees = useRight('receipts.read')
  const key = String(document.key ?? '')
  const via = ALIASES[String(document.via)] ?? String(document.via ?? '')
  const mapping = (document.mapping ?? {}) as Doc
  const settings = (document.settings ?? {}) as Doc
  const put = (name: string, value: unknown) => { const { [name]: _old, ...rest } = document; onChange(value === undefined || value === '' ? rest : { ...rest, [name]: value }) }
  const setSetting = (name: string, value: string) => { const { [name]: _old, ...rest } = settings; put('settings', value ? { ...rest, [name]: value } : rest) }
  const takes = via !== 'manual' && via !== 'import'
  const loose = problems.filter((problem) => !/^(mapping|settings|via|defaults)/.test(problem.path ?? ''))
  return (
    <div className="xj-stack">
      {loose.map((problem, at) => <Notice key={at} kind={problem.severity === 'warning' ? 'warning' : 'error'}><span>{problemText(problem, t, tongue)}</span></Notice>)}
      <Card title={t('source.how_in')}>
        <div className="xj-form xj-form--two">
          <Field label={t('source.via')} error={problemsAt(problems, 'via').map((problem) => problemText(problem, t, tongue))[0]}>{(control) => <select {...control} className="xj-input" disabled={readOnly} value={via} onChange={(event) => put('via', event.target.value)}>{!WAYS.includes(via as never) && <option value={via}>{via || t('source.choose')}</option>}{WAYS.map((way) => <option key={way} value={way}>{t(`source.way.${way}`)}</option>)}</select>}</Field>
          <Field label={t('source.consent')} hint={t('source.consent_help')}>{(control) => <input {...control} className="xj-input" readOnly={readOnly} value={String(document.consent ?? '')} onChange={(event) => put('consent', event.target.value)} />}</Field>
          {(SETTINGS[via] ?? []).map(({ name, secret }) => (
            <Field key={name} label={t(`source.setting.${name}`)} hint={secret ? t('source.sealed_help') : undefined} error={problemsAt(problems, `settings.${name}`).map((problem) => problemText(problem, t, tongue))[0]}>
              {(control) => <input {...control} className="xj-input" autoComplete="off" type={secret ? 'password' : 'text'} readOnly={readOnly} value={String(settings[name] ?? '')} onFocus={(event) => { if (secret) event.target.select() }} onChange={(event) => setSetting(name, event.target.value)} />}
            </Field>
          ))}
        </div>
      </Card>
      {takes && <Address source={key} via={via} live={published !== null} />}
      {takes && sees && <Recorder source={key} mapping={mapping} readOnly={readOnly} onMap={(field, path) => put('mapping', mapTo(mapping, field, path))} />}
      {takes && <Card title={t('source.mapping')}><MappingTable mapping={mapping} problems={problems} readOnly={readOnly} onChange={(next) => put('mapping', Object.keys(next).length ? next : undefined)} /></Card>}
      {takes && sees && <TrialCard source={key} document={document} />}
      <Defaults document={document} readOnly={readOnly} onChange={(next) => put('defaults', Object.keys(next).length ? next : undefined)} />
      {sees && <p><Link to="/receipts" search={{ source: key }}>{t('source.all_receipts')}</Link></p>}
    </div>
  )
}

function TrialCard({ source, document }: { source: string; document: Doc }) {
  const { t } = useTongue()
  const trial = useTrial(source)
  const refused = useRefused()
  return (
    <Card title={t('source.trial')} aside={<Button size="small" icon="route" disabled={trial.isPending} onClick={() => void trial.mutateAsync(document).catch(refused)}>{t('source.try')}</Button>}>
      {trial.data ? <Tried trial={trial.data} /> : <p className="xj-muted">{t('source.trial_help')}</p>}
    </Card>
  )
}

/** Each recorded delivery as the lead it would be, or why it would be none. */
function Tried({ trial }: { trial: Trial }) {
  const { t, tongue, say } = useTongue()
  const context = useValues()
  const { data: schema } = useSchema()
  const fields = schema?.objects.find((each) => each.key === 'lead')?.fields ?? []
  return (
    <div className="xj-stack-8" role="status" data-leads={trial.acts}>
      <p><strong>{t('source.tried', { count: trial.deliveries, leads: trial.acts, refused: trial.refused })}</strong></p>
      <ul className="xj-stack-8">
        {trial.samples.slice(0, 6).map((sample) => (
          <li key={sample.receipt} className="xj-source__lead">
            {sample.problems.length > 0 ? <span className="xj-field__error">{sample.problems.map((problem) => problemText(problem, t, tongue)).join('；')}</span>
              : sample.values === null ? <span className="xj-muted">{t('source.hidden')}</span>
              : <dl className="xj-facts">{fields.filter((field) => sample.values![field.key] !== undefined && sample.values![field.key] !== null && sample.values![field.key] !== '').map((field) => <Pair key={field.key} name={say(field.name, field.key)} value={valueText(sample.values![field.key], field, context)} />)}</dl>}
          </li>
        ))}
      </ul>
    </div>
  )
}

const Pair = ({ name, value }: { name: string; value: string }) => <><dt>{name}</dt><dd>{value}</dd></>

function Defaults({ document, readOnly, onChange }: { document: Doc; readOnly: boolean; onChange: (next: Doc) => void }) {
  const { t, say } = useTongue()
  const { data: schema } = useSchema()
  const values = (document.defaults ?? {}) as Doc
  const fields = (schema?.objects.find((each) => each.key === 'lead')?.fields ?? []).filter((field) => !field.server_owned && ['text', 'choice', 'tags', 'money', 'number', 'boolean'].includes(field.kind))
  const shown = fields.filter((field) => field.key in values)
  return (
    <Card title={t('source.defaults')}>
      <div className="xj-form xj-form--two">
        {shown.map((field) => <Field key={field.key} label={say(field.name, field.key)}>{(control) => <div className="xj-line-nowrap"><div className="xj-grow">{readOnly ? String(values[field.key]) : <FieldInput field={{ ...field, can: 'write' }} value={values[field.key] ?? null} onChange={(value) => onChange({ ...values, [field.key]: value })} control={control} label={say(field.name, field.key)} />}</div>{!readOnly && <Button size="small" kind="ghost" icon="cross" aria-label={t('source.unmap', { name: say(field.name, field.key) })} onClick={() => { const { [field.key]: _old, ...rest } = values; onChange(rest) }} />}</div>}</Field>)}
        {!readOnly && <div className="xj-form__wide"><select className="xj-input" style={{ width: 220 }} aria-label={t('source.add_default')} value="" onChange={(event) => { if (event.target.value) onChange({ ...values, [event.target.value]: null }) }}><option value="">{t('source.add_default')}</option>{fields.filter((field) => !(field.key in values)).map((field) => <option key={field.key} value={field.key}>{say(field.name, field.key)}</option>)}</select></div>}
      </div>
    </Card>
  )
}
