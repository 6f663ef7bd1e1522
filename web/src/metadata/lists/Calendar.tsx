/** Records on the days of a date field: a month or a week, moved by drag or by the entry's menu; on the phone an agenda. */
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import dayjs from 'dayjs'
import { useMemo, useState } from 'react'
import type { FieldDefinition, ListView, Page, RecordRow } from '@/api/types'
import { call } from '@/lib/api'
import { clockNow, clockZone } from '@/lib/clock'
import { errorText, problemsByField } from '@/lib/errors'
import { useIsPhone } from '@/lib/screen'
import { useTongue } from '@/lib/text'
import { dayOf, fromLocalInput, longDay, toLocalInput } from '@/lib/time'
import { Button } from '@/ui/Button'
import { DragArea, Movable, Place } from '@/ui/dnd'
import { Icon } from '@/ui/Icon'
import { Tabs } from '@/ui/Tabs'
import { guidanceOf } from '../guidance'
import { QueryState } from '../QueryState'
import type { RowLook } from '../RecordRow'
import { listKey, useUpdateRecord } from '../records'
import { useDone } from '../undo'
import { both } from './views'

export interface CalendarProps { object: string; view: ListView; field: FieldDefinition; filter: string; search: string; look: RowLook; tones: FieldDefinition | undefined }

type Span = 'month' | 'week'
const MOST = 500
const DAY = 'YYYY-MM-DD'
const monday = (day: string) => { const at = dayjs(day); return at.subtract((at.day() + 6) % 7, 'day') }

/** The days shown: whole weeks from Monday on. */
export function daysOf(day: string, span: Span): string[] {
  if (span === 'week') return Array.from({ length: 7 }, (_, at) => monday(day).add(at, 'day').format(DAY))
  const first = monday(dayjs(day).startOf('month').format(DAY))
  const last = dayjs(day).endOf('month')
  const weeks = Math.ceil((last.diff(first, 'day') + 1) / 7)
  return Array.from({ length: weeks * 7 }, (_, at) => first.add(at, 'day').format(DAY))
}

/** A value of the field on another day; the time of day stays. */
export function onDay(value: unknown, field: FieldDefinition, day: string): string | null {
  return field.kind === 'date' ? day : fromLocalInput(`${day}T${toLocalInput(String(value)).slice(11) || '09:00'}`)
}

export default function Calendar({ object, field, filter, search, look, tones }: CalendarProps) {
  const { t, tongue, say } = useTongue()
  const phone = useIsPhone()
  const today = dayOf(clockNow())
  const [day, setDay] = useState(today)
  const [span, setSpan] = useState<Span>('month')
  const days = useMemo(() => daysOf(day, span), [day, span])
  const until = dayjs(days.at(-1)).add(1, 'day').format(DAY)
  const literal = (at: string) => (field.kind === 'date' ? `date("${at}")` : `timestamp("${fromLocalInput(`${at}T00:00`)!.replace('.000Z', 'Z')}")`)
  const asked = { filter: both(filter, `${field.key} >= ${literal(days[0]!)} && ${field.key} < ${literal(until)}`), search, sort: field.key, limit: MOST }
  const query = useQuery({ queryKey: [...listKey(object, asked), 'calendar'], queryFn: ({ signal }) => call<Page>('get', '/api/v1/records/{object_key}', { path: { object_key: object }, query: asked, signal }), placeholderData: (previous) => previous })
  const [moved, setMoved] = useState<Record<string, string>>({})
  const [refused, setRefused] = useState<Record<string, string>>({})
  const update = useUpdateRecord(object).mutateAsync
  const done = useDone()
  const rows = useMemo(() => query.data?.rows ?? [], [query.data])
  const dayOfRow = (row: RecordRow) => moved[row.id] ?? (field.kind === 'date' ? String(row[field.key]).slice(0, 10) : dayOf(Date.parse(String(row[field.key])), clockZone()))
  const byDay = new Map<string, RecordRow[]>()
  for (const row of rows) { const at = dayOfRow(row); byDay.set(at, [...(byDay.get(at) ?? []), row]) }
  const free = field.can === 'write' && !field.server_owned
  const drop = <T,>(id: string) => ({ [id]: _gone, ...rest }: Record<string, T>) => rest
  const move = (id: string, to: string) => {
    const row = rows.find((each) => each.id === id)
    if (!row || !/^\d{4}-/.test(to) || dayOfRow(row) === to) return
    setRefused(drop(id))
    setMoved((old) => ({ ...old, [id]: to }))
    void update({ id, version: row.version, values: { [field.key]: onDay(row[field.key], field, to) }, was: row }).then(
      (written) => { done(t('calendar.moved', { name: look.title(row), day: to }), written?.change); setTimeout(() => setMoved(drop(id)), 600) },
      (error: unknown) => { setMoved(drop(id)); if (!guidanceOf(error).length) setRefused((old) => ({ ...old, [id]: Object.values(problemsByField(error, t, tongue)).join(' ') || errorText(error, t, tongue) })) },
    )
  }
  const entry = (row: RecordRow) => {
    const tone = tones?.options?.find((option) => option.key === row[tones.key])?.tone ?? 'idle'
    const time = field.kind === 'datetime' ? toLocalInput(String(row[field.key])).slice(11) : ''
    return (
      <Movable key={row.id} id={row.id} label={look.title(row)} disabled={!free || !row.can?.update} className={`xj-cal__entry xj-cal__entry--${tone}`}>
        {(grip) => (
          <>
            <div className="xj-line-nowrap">
              {free && row.can?.update && <button type="button" className="xj-tools__grip" {...grip}>⋮⋮</button>}
              <Link to={look.to(row)} preload={false} className="xj-grow xj-ellipsis" title={look.title(row)}>{time && <span className="xj-second">{time} </span>}{look.title(row)}</Link>
            </div>
            {refused[row.id] && <p className="xj-field__error" role="alert"><Icon name="alert" />{refused[row.id]}</p>}
          </>
        )}
      </Movable>
    )
  }
  const step = (by: number) => setDay(dayjs(day).add(by, span).format(DAY))
  const head = span === 'month' ? t('calendar.month_of', { year: dayjs(day).year(), month: dayjs(day).month() + 1 }) : `${days[0]} – ${days.at(-1)}`
  return (
    <div className="xj-card xj-cal">
      <div className="xj-cal__head xj-line">
        <Button icon="left" kind="ghost" aria-label={t('calendar.back')} onClick={() => step(-1)} /><h2>{head}</h2><Button icon="right" kind="ghost" aria-label={t('calendar.on')} onClick={() => step(1)} />
        <Button size="small" onClick={() => setDay(today)}>{t('calendar.today')}</Button>
        <span className="xj-end"><Tabs label={t('calendar.span')} value={span} onChange={setSpan} tabs={(['month', 'week'] as const).map((key) => ({ key, label: t(`calendar.${key}`) }))} /></span>
      </div>
      {!query.data ? <QueryState query={query} rows={6} /> : phone ? (
        <DragArea onMove={() => undefined} nameOf={(id) => id}>
          <ul className="xj-cal__agenda" aria-label={say(field.name, field.key)}>
            {days.filter((each) => byDay.has(each)).map((each) => <li key={each}><h3 className={each === today ? 'xj-cal__today' : undefined}>{longDay(Date.parse(`${each}T04:00:00Z`), tongue)}</h3>{byDay.get(each)!.map(entry)}</li>)}
            {!rows.length && <li className="xj-muted">{t('calendar.empty')}</li>}
          </ul>
        </DragArea>
      ) : (
        <DragArea onMove={move} nameOf={(id) => { const row = rows.find((each) => each.id === id); return row ? look.title(row) : id }} overlay={(id) => { const row = rows.find((each) => each.id === id); return row ? <div className="xj-cal__entry xj-board__card--lifted">{look.title(row)}</div> : null }}>
          <div className="xj-cal__week" aria-hidden="true">{days.slice(0, 7).map((each) => <span key={each}>{t(`condition.day.${dayjs(each).day() || 7}`)}</span>)}</div>
          <div className={`xj-cal__grid xj-cal__grid--${span}`} role="group" aria-label={head}>
            {days.map((each) => (
              <Place key={each} id={each} className={['xj-cal__day', each === today && 'xj-cal__day--today', span === 'month' && each.slice(0, 7) !== day.slice(0, 7) && 'xj-cal__day--other'].filter(Boolean).join(' ')} role="group" aria-label={each}>
                <span className="xj-cal__number">{Number(each.slice(8))}</span>
                {(byDay.get(each) ?? []).slice(0, span === 'month' ? 4 : 99).map(entry)}
                {span === 'month' && (byDay.get(each)?.length ?? 0) > 4 && <Button size="small" kind="ghost" onClick={() => { setDay(each); setSpan('week') }}>{t('calendar.more', { count: byDay.get(each)!.length - 4 })}</Button>}
              </Place>
            ))}
          </div>
        </DragArea>
      )}
      {query.data?.next && <p className="xj-list__foot">{t('calendar.capped', { count: MOST })}</p>}
    </div>
  )
}
