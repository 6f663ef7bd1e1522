/** A working calendar: the week, the year, and what a span of working time on it comes to. */
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '@/lib/api'
import { clockNow } from '@/lib/clock'
import { errorText, problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { exact, fromLocalInput, toLocalInput } from '@/lib/time'
import type { EditorProps } from '@/metadata/editing'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { WeekGrid } from './WeekGrid'
import { YearView } from './YearView'
import { followsHolidays, readWeek, writeWeek } from './week'
import './calendar.css'

export default function CalendarEditor({ document, onChange, problems, readOnly }: EditorProps) {
  const { t, tongue } = useTongue()
  return (
    <div className="xj-stack">
      {problems.map((problem, at) => <Notice key={at} kind={problem.severity === 'warning' ? 'warning' : 'error'}><span>{problemText(problem, t, tongue)}</span></Notice>)}
      <Card title={t('calendar_edit.week')}>
        <div className="xj-stack">
          <WeekGrid week={readWeek(document)} readOnly={readOnly} onChange={(week) => onChange(writeWeek(document, week))} />
          <label className="xj-check"><input type="checkbox" disabled={readOnly} checked={followsHolidays(document)} onChange={(event) => onChange({ ...document, holidays: event.target.checked ? 'cn' : 'none' })} />{t('calendar_edit.follow')}</label>
        </div>
      </Card>
      <Preview document={document} />
      <YearView document={document} readOnly={readOnly} onChange={onChange} />
    </div>
  )
}

function Preview({ document }: { document: Record<string, unknown> }) {
  const { t, tongue } = useTongue()
  const [at, setAt] = useState(() => toLocalInput(new Date(clockNow()).toISOString()))
  const [amount, setAmount] = useState('2')
  const [unit, setUnit] = useState<'h' | 'm'>('h')
  const ask = useMutation({ mutationFn: () => call<{ begins: string; ends: string }>('post', '/api/v1/calendars/preview', { body: { document, at: fromLocalInput(at), minutes: Number(amount) * (unit === 'h' ? 60 : 1) } }) })
  const ready = at && Number(amount) > 0
  return (
    <Card title={t('calendar_edit.preview')}>
      <form className="xj-line" onSubmit={(event) => { event.preventDefault(); if (ready) ask.mutate() }}>
        <Field label={t('calendar_edit.from')}>{(control) => <input {...control} className="xj-input" type="datetime-local" value={at} onChange={(event) => setAt(event.target.value)} />}</Field>
        <Field label={t('calendar_edit.plus')}>{(control) => <input {...control} className="xj-input" inputMode="decimal" value={amount} onChange={(event) => setAmount(event.target.value)} style={{ width: 88 }} />}</Field>
        <Field label={t('calendar_edit.unit')}>{(control) => <select {...control} className="xj-input" value={unit} onChange={(event) => setUnit(event.target.value as 'h' | 'm')}><option value="h">{t('calendar_edit.hour')}</option><option value="m">{t('calendar_edit.minute')}</option></select>}</Field>
        <Button type="submit" className="xj-calendar__ask" disabled={ask.isPending} reason={ready ? undefined : t('calendar_edit.malformed')}>{t('calendar_edit.compute')}</Button>
        {ask.data && <strong role="status" className="xj-calendar__answer">= {exact(ask.data.ends)}</strong>}
      </form>
      {ask.isError && <Notice kind="error"><span>{errorText(ask.error, t, tongue)}</span></Notice>}
    </Card>
  )
}
