/** 「当…」: which happening starts the rule, in words; a schedule without cron unless somebody wants it. */
import { useState } from 'react'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { problemsAt, setAt, type Doc, type Problem } from '@/metadata/editing'
import { NumberBox } from '@/metadata/NumberBox'
import { useSchema } from '@/metadata/schema'
import { eventLabel, type Labels } from '@/metadata/steps/sentence'
import { asList, asWritten, cronOf, isWorking, newTrigger, scheduleOf, TRIGGERS, triggerOf, UNITS, type On, type Schedule, type TriggerKind } from '@/metadata/steps/trigger'
import { useDefinitionNames } from '@/metadata/steps/useLabels'
import { Picks } from '@/metadata/steps/Picks'
import { Field } from '@/ui/Field'

const EVENTS = ['lead.received', 'lead.assigned', 'lead.picked', 'lead.returned', 'lead.enquired', 'lead.converted', 'touch.response', 'touch.followup', 'touch.inbound', 'touch.note', 'page.viewed']
const EVERY: Schedule['every'][] = ['day', 'workday', 'week', 'month', 'hour', 'other']

interface TriggerProps { document: Doc; labels: Labels; problems: Problem[]; readOnly: boolean; onChange: (next: Doc) => void }

export function TriggerPicker({ document, labels, problems, readOnly, onChange }: TriggerProps) {
  const { t, tongue, say } = useTongue()
  const { data: schema } = useSchema()
  const calendars = useDefinitionNames().filter((row) => row.kind === 'calendar' && row.version)
  const object = String(document.object ?? 'lead')
  const on = (document.on ?? {}) as On
  const kind = triggerOf(on)
  const put = (next: On) => onChange({ ...document, on: next })
  const types = [...new Set([...EVENTS.filter((type) => object === 'lead' || !type.startsWith('lead.')), `${object}.created`, `${object}.updated`, `${object}.assigned`, ...asList(on.event), ...asList(on.since), ...asList(on.cancel)])]
  const events = [{ label: t('rules.events'), options: types.map((type): [string, string] => [type, eventLabel(type, labels)]) }]
  const fields = schema?.objects.find((each) => each.key === object)?.fields.filter((field) => !['formula', 'rollup'].includes(field.kind)) ?? []
  const unit = String(on.unit ?? 'minutes')
  const late = problemsAt(problems, 'on.after')[0]
  const pick = (part: 'event' | 'since' | 'cancel', label: string) => <Picks label={label} path={`on.${part}`} chosen={asList(on[part])} groups={events} readOnly={readOnly} name={(type) => eventLabel(type, labels)} onChange={(keys) => put(setAt(on, part, keys.length ? asWritten(keys) : part === 'cancel' ? undefined : []))} />
  return (
    <div className="xj-stack-8" data-path="on">
      <div className="xj-line">
        <select className="xj-input xj-pick" aria-label={t('rules.about')} data-path="object" disabled={readOnly} value={object} onChange={(event) => onChange({ ...document, object: event.target.value })}>{schema?.objects.map((each) => <option key={each.key} value={each.key}>{say(each.name, each.key)}</option>)}</select>
        <select className="xj-input xj-pick" aria-label={t('rules.trigger_label')} disabled={readOnly} value={kind ?? ''} onChange={(event) => put(newTrigger(event.target.value as TriggerKind, object, calendars[0]?.key))}>{!kind && <option value="">{t('rules.choose')}</option>}{TRIGGERS.map((each) => <option key={each} value={each}>{t(`rules.trigger.${each}`)}</option>)}</select>
      </div>
      {kind === 'event' && pick('event', t('rules.which_event'))}
      {kind === 'changed' && <Picks label={t('rules.which_fields')} path="on.changed" chosen={asList(on.changed)} groups={[{ label: t('rules.fields'), options: fields.map((field) => [field.key, say(field.name, field.key)]) }]} readOnly={readOnly} name={labels.field} onChange={(keys) => put({ ...on, changed: keys })} />}
      {kind === 'since' && (
        <>
          <div className="xj-line"><span>{t('rules.from_when')}</span>{pick('since', t('rules.from_when'))}</div>
          <div className="xj-line">
            <span>{t('rules.passed')}</span>
            <Field quiet label={t('rules.how_long')} error={late && problemText(late, t, tongue)}>{(control) => <NumberBox control={control} path="on.after" className="xj-rules__number" readOnly={readOnly} value={on.after} onChange={(after) => put({ ...on, after: after ?? '' })} />}</Field>
            <select className="xj-input xj-pick" aria-label={t('rules.unit')} data-path="on.unit" disabled={readOnly} value={unit} onChange={(event) => { const next = event.target.value; put(isWorking(next) ? { ...on, unit: next, calendar: on.calendar ?? calendars[0]?.key } : setAt({ ...on, unit: next }, 'calendar', undefined)) }}>{UNITS.map((each) => <option key={each} value={each}>{t(`studio.value.${each}`)}</option>)}</select>
            {isWorking(unit) && <select className="xj-input xj-pick" aria-label={t('rules.calendar')} data-path="on.calendar" disabled={readOnly} value={String(on.calendar ?? '')} onChange={(event) => put({ ...on, calendar: event.target.value })}>{!on.calendar && <option value="">{t('rules.choose')}</option>}{calendars.map((row) => <option key={row.key} value={row.key}>{say(row.name, row.key)}</option>)}</select>}
          </div>
          <div className="xj-line"><span>{t('rules.unless')}</span>{pick('cancel', t('rules.unless'))}</div>
        </>
      )}
      {kind === 'cron' && <SchedulePicker cron={String(on.cron ?? '')} wrong={problemsAt(problems, 'on.cron').length > 0} readOnly={readOnly} onChange={(cron) => put({ ...on, cron })} />}
    </div>
  )
}

const NONE = '?'

function SchedulePicker({ cron, wrong, readOnly, onChange }: { cron: string; wrong: boolean; readOnly: boolean; onChange: (cron: string) => void }) {
  const { t } = useTongue()
  const [day, setDay] = useState('')
  const found = scheduleOf(cron)
  // A day that is none stays as it was typed, in the cron too, which is then refused.
  const schedule: Schedule = day !== '' && cron === cronOf({ ...found, every: 'month', day }) ? { ...found, every: 'month', day } : found
  const put = (part: Partial<Schedule>) => { const next = { ...schedule, ...part }; if (next.every !== 'other') onChange(cronOf(next)); else onChange(`${schedule.minute} ${schedule.hour} * * 1,4`) }
  const time = `${String(schedule.hour).padStart(2, '0')}:${String(schedule.minute).padStart(2, '0')}`
  return (
    <div className="xj-line" data-path="on.cron">
      <select className="xj-input xj-pick" aria-label={t('rules.how_often')} disabled={readOnly} value={schedule.every} onChange={(event) => put({ every: event.target.value as Schedule['every'] })}>{EVERY.map((each) => <option key={each} value={each}>{t(`rules.often.${each}`)}</option>)}</select>
      {schedule.every === 'week' && <select className="xj-input xj-pick" aria-label={t('rules.on_day')} disabled={readOnly} value={schedule.weekday % 7} onChange={(event) => put({ weekday: Number(event.target.value) })}>{[1, 2, 3, 4, 5, 6, 0].map((day) => <option key={day} value={day}>{t(`rules.weekday.${day}`)}</option>)}</select>}
      {schedule.every === 'month' && <Field quiet label={t('rules.on_day')} error={wrong ? t('rules.no_day') : undefined}>{(control) => <input {...control} className="xj-input xj-rules__number" inputMode="numeric" readOnly={readOnly} value={schedule.day === NONE ? '' : schedule.day} onChange={(event) => { const typed = event.target.value.trim(); setDay(typed || NONE); put({ day: typed || NONE }) }} />}</Field>}
      {schedule.every !== 'other' && schedule.every !== 'hour' && <input className="xj-input xj-pick" type="time" aria-label={t('rules.at_time')} readOnly={readOnly} value={time} onChange={(event) => { const [hour, minute] = event.target.value.split(':').map(Number); if (hour !== undefined && minute !== undefined) put({ hour, minute }) }} />}
      {schedule.every === 'other' && <input className="xj-input xj-code xj-rules__cron" aria-label="cron" readOnly={readOnly} value={cron} onChange={(event) => onChange(event.target.value)} />}
    </div>
  )
}
