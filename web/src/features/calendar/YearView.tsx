/** The year: official holidays and make-up working days, with the organisation's own exceptions laid over them. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '@/lib/api'
import { clockNow } from '@/lib/clock'
import { readLine, writeHours } from '@/lib/hours'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { Skeleton } from '@/ui/Empty'
import { followsHolidays, setDay, yearOf, type Day, type Holiday } from './week'

type Doc = Record<string, unknown>
const MONTHS = Array.from({ length: 12 }, (_, month) => month)

export function YearView({ document, readOnly, onChange }: { document: Doc; readOnly: boolean; onChange: (next: Doc) => void }) {
  const { t } = useTongue()
  const [year, setYear] = useState(new Date(clockNow()).getFullYear())
  const [chosen, setChosen] = useState<string | null>(null)
  const { data } = useQuery({ queryKey: ['public-holidays', year], queryFn: () => call<{ rows: Holiday[]; known: boolean }>('get', '/api/v1/public-holidays', { query: { year } }) })
  const days = data ? yearOf(year, document, data.rows) : []
  const day = days.find((each) => each.date === chosen)
  const count = (kind: Day['kind']) => days.filter((each) => each.kind === kind).length
  return (
    <Card title={t('calendar_edit.year', { year })} aside={<><Button size="small" kind="ghost" icon="left" aria-label={t('calendar_edit.year_before')} onClick={() => setYear(year - 1)} /><Button size="small" kind="ghost" icon="right" aria-label={t('calendar_edit.year_after')} onClick={() => setYear(year + 1)} /></>}>
      <div className="xj-stack">
        {data && !data.known && followsHolidays(document) && <Notice><strong>{t('calendar_edit.unknown_year', { year })}</strong></Notice>}
        <p className="xj-facts-line"><span>{t('calendar_edit.worked', { count: days.filter((each) => each.hours.length).length })}</span><span>{t('calendar_edit.holidays', { count: count('holiday') })}</span><span>{t('calendar_edit.makeups', { count: count('makeup') })}</span><span>{t('calendar_edit.owns', { count: count('own') })}</span></p>
        {!data && <Skeleton rows={6} label={t('common.loading')} />}
        <div className="xj-year">{data && MONTHS.map((month) => <Month key={month} year={year} month={month} days={days.filter((each) => Number(each.date.slice(5, 7)) === month + 1)} chosen={chosen} onChoose={setChosen} />)}</div>
        <p className="xj-year__legend xj-small">{(['work', 'off', 'holiday', 'makeup', 'own'] as const).map((kind) => <span key={kind}><i data-kind={kind} />{t(`calendar_edit.kind.${kind}`)}</span>)}</p>
        {day && <DayEditor key={day.date} day={day} readOnly={readOnly} onPut={(hours, name) => onChange(setDay(document, day.date, hours, name))} />}
      </div>
    </Card>
  )
}

function Month({ year, month, days, chosen, onChoose }: { year: number; month: number; days: Day[]; chosen: string | null; onChoose: (date: string) => void }) {
  const { t } = useTongue()
  const blanks = (new Date(Date.UTC(year, month, 1)).getUTCDay() + 6) % 7
  return (
    <div className="xj-year__month" role="group" aria-label={t(`calendar_edit.month.${month}`)}>
      <b>{t(`calendar_edit.month.${month}`)}</b>
      <div>
        {Array.from({ length: blanks }, (_, at) => <span key={at} />)}
        {days.map((day) => (
          <button key={day.date} type="button" data-kind={day.kind} data-date={day.date} data-closed={!day.hours.length || undefined} aria-pressed={chosen === day.date} title={[day.date, day.name, day.hours.map(writeHours).join(', ') || t('calendar_edit.closed')].filter(Boolean).join(' · ')} aria-label={`${day.date} ${day.name || t(`calendar_edit.kind.${day.kind}`)}`} onClick={() => onChoose(day.date)}>{Number(day.date.slice(8))}</button>
        ))}
      </div>
    </div>
  )
}

function DayEditor({ day, readOnly, onPut }: { day: Day; readOnly: boolean; onPut: (hours: [number, number][] | null, name?: string) => void }) {
  const { t } = useTongue()
  const [hours, setHours] = useState(day.hours.map(writeHours).join(', '))
  const [name, setName] = useState(day.name)
  const read = readLine(hours)
  return (
    <div className="xj-year__day" role="group" aria-label={day.date}>
      <strong>{day.date} {day.name} · {day.hours.map(writeHours).join(', ') || t('calendar_edit.closed')}</strong>
      {!readOnly && (
        <div className="xj-form xj-form--two">
          <Field label={t('calendar_edit.own_hours')} error={read === null ? t('calendar_edit.malformed') : undefined}>{(control) => <input {...control} className="xj-input" value={hours} placeholder={t('calendar_edit.closed')} onChange={(event) => setHours(event.target.value)} />}</Field>
          <Field label={t('calendar_edit.own_name')}>{(control) => <input {...control} className="xj-input" value={name} onChange={(event) => setName(event.target.value)} />}</Field>
          <div className="xj-line xj-form__wide">
            <Button reason={read === null ? t('calendar_edit.malformed') : undefined} onClick={() => onPut(read ?? [], name)}>{t('calendar_edit.set_hours')}</Button>
            <Button onClick={() => onPut([], name)}>{t('calendar_edit.set_off')}</Button>
            {day.own !== null && <Button kind="ghost" icon="undo" onClick={() => onPut(null)}>{t('calendar_edit.give_back')}</Button>}
          </div>
        </div>
      )}
    </div>
  )
}
