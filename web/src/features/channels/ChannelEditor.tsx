/** One way out: what its platform asks for, sealed secrets, a test message with the platform's answer, what was said lately. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { problemsAt, type EditorProps } from '@/metadata/editing'
import { useRight } from '@/metadata/session'
import { useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { Status } from '@/ui/Status'
import { CHANNELS, isMask, type Setting } from './kinds'
import { OutboxList, useReason } from './OutboxList'
import { useFate, useTestMessage } from './queries'

type Doc = Record<string, unknown>

export default function ChannelEditor({ document, onChange, problems, readOnly, published }: EditorProps) {
  const { t, tongue } = useTongue()
  const seesOutbox = useRight('outbox.read')
  const kind = CHANNELS[String(document.channel)]
  const settings = (document.settings ?? {}) as Doc
  const put = (name: string, value: unknown) => { const { [name]: _old, ...rest } = settings; onChange({ ...document, settings: value === undefined || value === '' ? rest : { ...rest, [name]: value } }) }
  const key = String(document.key ?? '')
  return (
    <div className="xj-stack">
      <Card title={t('channel.settings')}>
        <div className="xj-form">
          <Field label={t('channel.kind')} error={said(problemsAt(problems, 'channel'))}>
            {(control) => <select {...control} className="xj-input" disabled={readOnly} value={kind ? String(document.channel) : ''} onChange={(event) => onChange({ ...document, channel: event.target.value, settings: {} })}>{!kind && <option value="">{t('channel.choose')}</option>}{Object.keys(CHANNELS).map((each) => <option key={each} value={each}>{t(`channel.kinds.${each}`)}</option>)}</select>}
          </Field>
          {kind && <Notice kind="info"><span>{t(`channel.limits.${kind.limits}`)}</span></Notice>}
          {kind?.settings.map((setting) => <SettingField key={setting.name} setting={setting} value={settings[setting.name]} readOnly={readOnly} error={said(problemsAt(problems, `settings.${setting.name}`))} onChange={(value) => put(setting.name, value)} />)}
          {said(problems.filter((problem) => problem.path === 'settings')) && <Notice kind="error"><span>{said(problems.filter((problem) => problem.path === 'settings'))}</span></Notice>}
        </div>
      </Card>
      <TestCard channel={key} live={published !== null} />
      {seesOutbox && published && <Card title={t('channel.lately')} flush aside={<Link to="/outbox" search={{ channel: key }}>{t('channel.all')}</Link>}><OutboxList status="" channel={key} /></Card>}
    </div>
  )

  function said(found: typeof problems) { return found.map((problem) => problemText(problem, t, tongue)).join(tongue === 'en' ? '; ' : '；') || undefined }
}

interface SettingFieldProps { setting: Setting; value: unknown; readOnly: boolean; error: string | undefined; onChange: (value: unknown) => void }

function SettingField({ setting, value, readOnly, error, onChange }: SettingFieldProps) {
  const { t } = useTongue()
  const [fresh, setFresh] = useState(false)
  const label = t(`channel.setting.${setting.name}`)
  if (setting.flag) return <label className="xj-check"><input type="checkbox" disabled={readOnly} checked={value === true} onChange={(event) => onChange(event.target.checked || undefined)} />{label}</label>
  const sealed = setting.secret && isMask(value) && !fresh
  return (
    <Field label={label} required={setting.required ?? false} hint={setting.secret ? t('channel.sealed_help') : undefined} error={error}>
      {(control) => {
        if (setting.options) return <select {...control} className="xj-input" disabled={readOnly} value={String(value ?? setting.options[0])} onChange={(event) => onChange(event.target.value)}>{setting.options.map((option) => <option key={option} value={option}>{t(`channel.option.${option}`)}</option>)}</select>
        if (sealed) return <div className="xj-line-nowrap"><input {...control} className="xj-input" readOnly value={t('channel.sealed')} />{!readOnly && <Button onClick={() => setFresh(true)}>{t('channel.replace')}</Button>}</div>
        return <input {...control} className="xj-input" autoComplete="off" readOnly={readOnly} placeholder={setting.example} value={isMask(value) ? '' : String(value ?? '')} inputMode={setting.number ? 'numeric' : undefined} onChange={(event) => onChange(setting.number && event.target.value && Number.isFinite(Number(event.target.value)) ? Number(event.target.value) : event.target.value)} />
      }}
    </Field>
  )
}

function TestCard({ channel, live }: { channel: string; live: boolean }) {
  const { t } = useTongue()
  const may = useRight('channels.write')
  const seesFate = useRight('outbox.read')
  const test = useTestMessage(channel)
  const fate = useFate(channel, seesFate ? (test.data?.dedupe ?? null) : null)
  const refused = useRefused()
  const reason = useReason()
  if (!may) return null
  const row = fate.data
  return (
    <Card title={t('channel.test')}>
      <div className="xj-line">
        <Button icon="send" disabled={test.isPending} reason={live ? undefined : t('channel.publish_first')} onClick={() => test.mutate(undefined, { onError: refused })}>{t('channel.send_test')}</Button>
        {test.data && (
          <span role="status" data-fate={row?.status ?? 'waiting'} className="xj-line">
            {!seesFate ? t('channel.sent_blind') : !row || row.status === 'waiting' || row.status === 'sending'
              ? <><Status kind="ontrack">{t('channel.on_its_way')}</Status>{row && reason(row)}</>
              : row.status === 'sent' ? <Status kind="done">{t('channel.arrived')}</Status> : <><Status kind="overdue">{t('channel.refused')}</Status>{reason(row)}</>}
          </span>
        )}
        {!live && <span className="xj-muted">{t('channel.publish_first')}</span>}
      </div>
    </Card>
  )
}
