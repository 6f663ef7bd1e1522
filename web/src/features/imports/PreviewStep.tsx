/** 预览: how many rows become what, the rows to look at with their reasons, mended in place. */
import { useState } from 'react'
import type { Problem } from '@/api/types'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Tabs } from '@/ui/Tabs'
import { many, type Preview, type PreviewRow } from './queries'

const SHOWN = ['error', 'conflict', 'same', 'guess', 'new', 'update'] as const
type Shown = (typeof SHOWN)[number]

interface PreviewStepProps { preview: Preview; busy: boolean; onCell: (row: number, column: string, text: string) => void; onDecide: (row: number, what: string) => void; fire: string[]; onFire: (next: string[]) => void }

export function PreviewStep({ preview, busy, onCell, onDecide, fire, onFire }: PreviewStepProps) {
  const { t } = useTongue()
  const kinds = SHOWN.filter((kind) => preview.rows[kind]?.length)
  const [chosen, setShown] = useState<Shown | null>(null)
  const shown = chosen && kinds.includes(chosen) ? chosen : kinds[0]
  const { counts } = preview
  const look = (counts.error ?? 0) + (counts.conflict ?? 0)
  return (
    <div className="xj-stack" aria-busy={busy}>
      <dl className="xj-sums" data-counts={JSON.stringify(counts)}>
        <Sum name={t('imp.outcome.new')} value={counts.new ?? 0} />
        <Sum name={t('imp.outcome.same')} value={preview.alike} note={t('imp.same_note', { count: counts.same ?? 0 })} />
        <Sum name={t('imp.outcome.update')} value={(counts.update ?? 0) + (counts.unchanged ?? 0)} />
        <Sum name={t('imp.look')} value={look} warn={look > 0} />
      </dl>
      <p className="xj-muted xj-small">
        {t('imp.makes', { deals: many(preview.made.deal), contacts: many(preview.made.contact), dated: many(preview.notes.dated), undated: many(preview.notes.undated) })}
        {preview.people.new.length > 0 && <> {t('imp.people', { count: preview.people.new.length, names: preview.people.new.slice(0, 8).join('、') })}</>}
        {preview.mode === 'history' && preview.running > 0 && <> {t('imp.running', { count: preview.running, shown: many(preview.running) })}</>}
      </p>
      {preview.mode !== 'history' && <Ticks effects={preview.effects} fire={fire} onFire={onFire} />}
      {shown && (
        <Card flush title={t('imp.rows')} aside={<Tabs soft label={t('imp.rows')} value={shown} onChange={setShown} tabs={kinds.map((kind) => ({ key: kind, label: t(`imp.shown.${kind}`) }))} />}>
          <ul className="xj-import-rows">{(preview.rows[shown] ?? []).map((row) => <Row key={row.row} row={row} onCell={onCell} onDecide={onDecide} />)}</ul>
        </Card>
      )}
    </div>
  )
}

function Sum({ name, value, note, warn }: { name: string; value: number; note?: string; warn?: boolean }) {
  return <div className={warn ? 'xj-sum xj-sum--warn' : 'xj-sum'}><dt>{name}</dt><dd>{many(value)}</dd>{note && <span className="xj-small xj-muted">{note}</span>}</div>
}

function Ticks({ effects, fire, onFire }: { effects: Record<string, number>; fire: string[]; onFire: (next: string[]) => void }) {
  const { t } = useTongue()
  return (
    <fieldset className="xj-ticks"><legend>{t('imp.ticks')}</legend>
      {['rules', 'sla', 'dispatch', 'messages'].map((tick) => (
        <label key={tick} className="xj-check"><input type="checkbox" checked={fire.includes(tick)} onChange={() => onFire(fire.includes(tick) ? fire.filter((each) => each !== tick) : [...fire, tick])} /> {t(`imp.tick.${tick}`, { count: effects[tick] ?? 0 })}</label>
      ))}
    </fieldset>
  )
}

const columnOf = (problem: Problem) => String((problem.params as { column?: string } | undefined)?.column ?? problem.path?.split('.')[2] ?? '')

function Row({ row, onCell, onDecide }: { row: PreviewRow; onCell: PreviewStepProps['onCell']; onDecide: PreviewStepProps['onDecide'] }) {
  const { t, tongue } = useTongue()
  const said = (problem: Problem) => t(`imp.problem.${problem.code.replaceAll('.', '_')}`, { defaultValue: '' }) || problemText(problem, t, tongue)
  const bad = [...new Set(row.problems.map(columnOf))].filter((column) => column in row.cells)
  // What concerns no cell of the table is said of the row as a whole, once.
  const whole = [...new Set(row.problems.filter((problem) => !bad.includes(columnOf(problem))).map(said))].filter((words) => !row.problems.some((problem) => bad.includes(columnOf(problem)) && said(problem) === words))
  return (
    <li className="xj-import-row" data-row={row.row}>
      <span className="xj-import-row__place xj-muted xj-small">{row.sheet ? `${row.sheet} · ` : ''}{t('imp.line', { line: row.line })}</span>
      <strong className="xj-ellipsis">{row.title || Object.values(row.cells)[0]}</strong>
      {row.same && (
        <span className="xj-import-row__why">{t(`imp.why.${row.same.why}`, { title: row.same.title })}{row.same.sheet && ` (${row.same.sheet} · ${t('imp.line', { line: row.same.line ?? 0 })})`}
          <Button size="small" onClick={() => onDecide(row.row, row.same?.joined ? 'apart' : 'join')}>{t(row.same.joined ? 'imp.apart' : 'imp.join')}</Button></span>
      )}
      {row.guesses.length > 0 && <span className="xj-small xj-muted">{row.guesses.slice(0, 4).map((guess) => t(`imp.guess.${guess.kind}`, { column: guess.column, text: guess.text.slice(0, 20), value: shownValue(guess.value) })).join(' · ')}</span>}
      {whole.map((words) => <span key={words} className="xj-import-row__why">{words}</span>)}
      {bad.map((column) => (
        <label key={column} className="xj-import-row__mend">
          <span>{column}: {row.problems.filter((problem) => columnOf(problem) === column).map(said).join(' ')}</span>
          <input className="xj-input" defaultValue={row.cells[column] ?? ''} aria-label={`${row.title} ${column}`} onBlur={(event) => { if (event.target.value !== (row.cells[column] ?? '')) onCell(row.row, column, event.target.value) }} onKeyDown={(event) => { if (event.key === 'Enter') event.currentTarget.blur() }} />
        </label>
      ))}
      {row.outcome === 'error' && <Button size="small" onClick={() => onDecide(row.row, 'leave')}>{t('imp.leave')}</Button>}
    </li>
  )
}

const shownValue = (value: unknown) => (typeof value === 'number' ? (value / 100).toLocaleString('en-US') : String(value ?? ''))
