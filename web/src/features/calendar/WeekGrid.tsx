/** The week: one line a day, intervals drawn by dragging or typed. */
import { useRef, useState, type PointerEvent } from 'react'
import { MINUTES, overlaps, readLine, writeHours, type Interval } from '@/lib/hours'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import type { Week } from './week'

const STEP = 30
const HOURS = [0, 3, 6, 9, 12, 15, 18, 21, 24]

export function WeekGrid({ week, readOnly, onChange }: { week: Week; readOnly: boolean; onChange: (week: Week) => void }) {
  const { t } = useTongue()
  const put = (day: number, intervals: Interval[]) => onChange(week.map((each, at) => (at === day ? intervals : each)))
  return (
    <div className="xj-week" role="group" aria-label={t('calendar_edit.week')}>
      <div className="xj-week__hours" aria-hidden="true">{HOURS.map((hour) => <span key={hour} style={{ left: `${(hour / 24) * 100}%` }}>{hour}</span>)}</div>
      {week.map((day, at) => <DayLine key={at} name={t(`calendar_edit.day.${at}`)} intervals={day} readOnly={readOnly} onChange={(next) => put(at, next)} onCopy={at === 0 ? () => onChange(week.map((each, other) => (other > 0 && other < 5 ? day : each))) : undefined} />)}
    </div>
  )
}

interface DayLineProps { name: string; intervals: Interval[]; readOnly: boolean; onChange: (next: Interval[]) => void; onCopy?: (() => void) | undefined }

function DayLine({ name, intervals, readOnly, onChange, onCopy }: DayLineProps) {
  const { t } = useTongue()
  const line = useRef<HTMLDivElement>(null)
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null)
  const written = intervals.map(writeHours).join(', ')
  const [typed, setTyped] = useState<string | null>(null)
  const text = typed ?? written
  const read = readLine(text)
  const wrong = read === null ? t('calendar_edit.malformed') : overlaps(read) ? t('calendar_edit.overlap') : ''
  const minute = (event: PointerEvent) => { const box = line.current!.getBoundingClientRect(); return Math.max(0, Math.min(MINUTES, Math.round(((event.clientX - box.left) / box.width) * MINUTES / STEP) * STEP)) }
  const finish = () => {
    if (!drag) return
    const added: Interval = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)]
    setDrag(null)
    if (added[1] - added[0] < STEP) return
    const apart = intervals.filter(([opens, closes]) => closes < added[0] || opens > added[1])
    const met = intervals.filter(([opens, closes]) => closes >= added[0] && opens <= added[1])
    onChange([...apart, [Math.min(added[0], ...met.map((each) => each[0])), Math.max(added[1], ...met.map((each) => each[1]))] as Interval].toSorted((a, b) => a[0] - b[0]))
  }
  const take = () => { if (typed === null) return; if (read && !overlaps(read)) { onChange(read); setTyped(null) } }
  const shown = drag ? [...intervals, [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)] as Interval] : intervals
  return (
    <div className="xj-week__day">
      <b>{name}</b>
      <div ref={line} className="xj-week__line" data-closed={!intervals.length || undefined} role="presentation"
        onPointerDown={(event) => { if (readOnly || (event.target as HTMLElement).closest('button')) return; event.currentTarget.setPointerCapture(event.pointerId); const from = minute(event); setDrag({ from, to: from }) }}
        onPointerMove={(event) => { if (drag) setDrag({ ...drag, to: minute(event) }) }} onPointerUp={finish} onPointerCancel={() => setDrag(null)}>
        {shown.map((each, at) => (
          <span key={at} className="xj-week__span" style={{ left: `${(each[0] / MINUTES) * 100}%`, width: `${(Math.min(each[1], MINUTES) - each[0]) / MINUTES * 100}%` }} title={writeHours(each)}>
            <span className="xj-ellipsis">{writeHours(each)}{each[1] > MINUTES ? ' →' : ''}</span>
            {!readOnly && at < intervals.length && <button type="button" aria-label={t('calendar_edit.remove', { name, hours: writeHours(each) })} onClick={() => onChange(intervals.filter((_, other) => other !== at))}>×</button>}
          </span>
        ))}
      </div>
      <input className="xj-input" aria-label={t('calendar_edit.hours_of', { name })} aria-invalid={wrong ? true : undefined} title={wrong || undefined} readOnly={readOnly} value={text} placeholder={t('calendar_edit.closed')} onChange={(event) => setTyped(event.target.value)} onBlur={take} onKeyDown={(event) => { if (event.key === 'Enter') take() }} />
      {onCopy && !readOnly ? <Button size="small" kind="ghost" onClick={onCopy}>{t('calendar_edit.copy')}</Button> : <span />}
      {wrong && <span className="xj-field__error xj-week__wrong" role="alert">{wrong}</span>}
    </div>
  )
}
