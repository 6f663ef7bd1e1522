/** How the signed-in person is told: which kinds, which channels, quiet hours, and how much at once. */
import { useState } from 'react'
import { useNoticeSettings, usePutNoticeSettings, type NoticeChoices, type NoticeSettings } from '@/features/inbox/queries'
import { problemsByField } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { NumberBox } from '@/metadata/NumberBox'
import { QueryState } from '@/metadata/QueryState'
import { useDone } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { Page } from '@/ui/Page'
import '@/features/inbox/inbox.css'
import './workbench.css'

export default function NoticeSettingsPage() {
  const { t } = useTongue()
  const query = useNoticeSettings()
  return (
    <Page title={t('notice.settings')} back="/inbox">
      {query.data ? <Choices key={JSON.stringify(query.data.settings)} choices={query.data} /> : <><h1 className="xj-sr">{t('notice.settings')}</h1><Card flush><QueryState query={query} /></Card></>}
    </Page>
  )
}

const without = (list: string[], one: string, out: boolean) => (out ? [...list.filter((each) => each !== one), one] : list.filter((each) => each !== one))

/** What is typed as a number may be none yet. */
type Draft = Omit<NoticeSettings, 'most_per_hour'> & { most_per_hour: number | string }

function Choices({ choices }: { choices: NoticeChoices }) {
  const { t, tongue, say } = useTongue()
  const put = usePutNoticeSettings()
  const done = useDone()
  const [draft, setDraft] = useState<Draft>(choices.settings)
  const { quiet } = draft
  const problems = problemsByField(put.error, t, tongue)
  const changed = JSON.stringify(draft) !== JSON.stringify(choices.settings)
  const save = () => put.mutate(draft as NoticeSettings, { onSuccess: () => done(t('notice.saved')) })
  const calendar = say(choices.calendar.name, choices.calendar.key)
  return (
    <>
      <h1 className="xj-headline">{t(`notice.head.${choices.settings.quiet.mode}`, { calendar, from: choices.settings.quiet.from, to: choices.settings.quiet.to })}</h1>
      {choices.held > 0 && <Notice kind="info">{t('notice.held', { count: choices.held })}</Notice>}
      <Card title={t('notice.quiet')}>
        <div className="xj-stack-8" role="radiogroup" aria-label={t('notice.quiet')}>
          {(['none', 'outside_hours', 'hours'] as const).map((mode) => <label key={mode} className="xj-check"><input type="radio" name="quiet" checked={quiet.mode === mode} onChange={() => setDraft({ ...draft, quiet: mode === 'hours' ? { mode, from: quiet.from ?? '20:00', to: quiet.to ?? '08:30' } : { mode } })} />{t(`notice.mode.${mode}`, { calendar })}</label>)}
          {quiet.mode === 'hours' && (
            <div className="xj-line">
              {(['from', 'to'] as const).map((key) => <Field key={key} label={t(`notice.${key}`)} error={problems.quiet}>{(control) => <input {...control} className="xj-input" type="time" value={quiet[key] ?? ''} onChange={(event) => setDraft({ ...draft, quiet: { ...quiet, [key]: event.target.value } })} />}</Field>)}
            </div>
          )}
          <p className="xj-small xj-muted">{t('notice.quiet_help')}</p>
        </div>
      </Card>
      <Card title={t('notice.kinds')}>
        <div className="xj-stack-8">
          <div className="xj-checks">{choices.kinds.map((kind) => <label key={kind} className="xj-check"><input type="checkbox" checked={!draft.muted.includes(kind)} onChange={(event) => setDraft({ ...draft, muted: without(draft.muted, kind, !event.target.checked) })} />{t(`notice.kind.${kind}`)}</label>)}</div>
          <p className="xj-small xj-muted">{t('notice.kinds_help')}</p>
        </div>
      </Card>
      <Card title={t('notice.channels')}>
        <div className="xj-stack-8">
          <label className="xj-check"><input type="checkbox" checked disabled />{t('notice.inbox_always')}</label>
          {choices.channels.map((channel) => <label key={channel.key} className="xj-check"><input type="checkbox" checked={!draft.channels_off.includes(channel.key)} onChange={(event) => setDraft({ ...draft, channels_off: without(draft.channels_off, channel.key, !event.target.checked) })} />{say(channel.name, channel.key)}</label>)}
        </div>
      </Card>
      <Card title={t('notice.guard')}>
        <Field label={t('notice.most')} hint={t('notice.most_help')} error={problems.most_per_hour}>{(control) => <NumberBox control={control} className="xj-notice__most" readOnly={false} value={draft.most_per_hour} onChange={(most) => setDraft({ ...draft, most_per_hour: most ?? '' })} />}</Field>
      </Card>
      <div className="xj-form__foot"><Button kind="primary" reason={changed ? undefined : t('notice.unchanged')} disabled={put.isPending} onClick={save}>{t('common.save')}</Button></div>
    </>
  )
}
