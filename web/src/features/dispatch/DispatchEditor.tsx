/** The dispatch table as a sheet: rows in order, columns of conditions, whom and how; warnings in place, a sample lead, the last month. */
import { useEffect, useMemo, useRef, useState } from 'react'
import { problemText } from '@/lib/errors'
import { useIsPhone } from '@/lib/screen'
import { useTongue } from '@/lib/text'
import { ConditionBuilder } from '@/metadata/conditions/ConditionBuilder'
import { useSentences } from '@/metadata/conditions/queries'
import { ownPath, useGoTo, type EditorProps } from '@/metadata/editing'
import { useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Skeleton } from '@/ui/Empty'
import { Dialog } from '@/ui/heavy'
import { Menu, MenuItem } from '@/ui/Menu'
import { DraftDialog } from './DraftDialog'
import { GridTable } from './GridTable'
import { useHistory } from './history'
import { marksOf } from './marks'
import { MonthPanel } from './MonthPanel'
import { useMonth, useTry } from './queries'
import { RowCards } from './RowCards'
import { SamplePanel } from './SamplePanel'
import { insertRow, readText, writeText, type Row } from './sheet'
import { isSetting, TableSettings } from './TableSettings'
import { useCells } from './useCells'
import { useSheet } from './useSheet'
import './dispatch.css'

export default function DispatchEditor({ document, onChange, problems, readOnly }: EditorProps) {
  const { t, tongue } = useTongue()
  const phone = useIsPhone()
  const rows = useMemo(() => (Array.isArray(document.rows) ? (document.rows as Row[]) : []), [document.rows])
  const object = String(document.object ?? 'lead')
  const { sheet, every, ready } = useSheet(object, rows, document.columns as string[] | undefined)
  const { change, undo, redo, canUndo, canRedo } = useHistory(document, onChange)
  const [rest, setRest] = useState<number | null>(null)
  const [drafting, setDrafting] = useState(false)
  const trial = useTry()
  const month = useMonth(String(document.key ?? 'main'))
  const refused = useRefused()
  const settings = useRef<HTMLDetailsElement>(null)
  useGoTo((path) => { if (/^(capacity|weights)\./.test(path) && settings.current) settings.current.open = true })
  const locked = readOnly || phone
  const setRows = (next: Row[]) => change({ ...document, rows: next, columns: sheet.columns.map((column) => column.path) })
  const cells = useCells({ rows, sheet, readOnly: locked, onRows: setRows, onUndo: undo, onRedo: redo, onOpenRest: setRest })
  const marks = useMemo(() => marksOf(problems, rows, sheet, (problem) => problemText(problem, t, tongue)), [problems, rows, sheet, tongue]) // eslint-disable-line react-hooks/exhaustive-deps
  // An answer about another table than the one on the screen is no answer.
  const shown = useRef(document)
  useEffect(() => { if (shown.current !== document) { shown.current = document; trial.reset(); month.reset() } }) // eslint-disable-line react-hooks/exhaustive-deps
  const said = useSentences(object, rows.map((row) => readText(row, 'rest', sheet, rows)).filter(Boolean))
  const light = trial.data && { winner: trial.data.winner, passed: new Set(trial.data.rows.filter((row) => !row.matched).map((row) => row.key)) }
  if (!ready) return <Card><Skeleton rows={8} label={t('common.loading')} /></Card>
  const loose = problems.filter((problem) => !ownPath(problem).startsWith('rows.') && !isSetting(problem))
  const here = marks.get(`${cells.at.row}`)
  const add = every.filter((column) => !sheet.columns.includes(column))
  const setColumns = (columns: string[]) => change({ ...document, columns })
  return (
    <div className="xj-stack">
      <Card flush label={t('dispatch.grid')}>
        <div className="xj-grid__bar-top">
          {!locked && (
            <>
              <Button icon="plus" onClick={() => { setRows(insertRow(rows, rows.length)); cells.select({ row: rows.length, col: 0 }, false) }}>{t('dispatch.add_row')}</Button>
              <Menu label={t('dispatch.add_column')} align="left" trigger={(props) => <Button icon="plus" {...props}>{t('dispatch.add_column')}</Button>}>
                {(close) => <div className="xj-grid__menu">{add.map((column) => <MenuItem key={column.path} onSelect={() => { close(); setColumns([...sheet.columns.map((each) => each.path), column.path]) }}>{column.label}</MenuItem>)}</div>}
              </Menu>
              <Button kind="ghost" icon="undo" reason={canUndo ? undefined : t('dispatch.nothing_to_undo')} onClick={undo}>{t('dispatch.undo')}</Button>
              <Button kind="ghost" icon="refresh" reason={canRedo ? undefined : t('dispatch.nothing_to_redo')} onClick={redo}>{t('dispatch.redo')}</Button>
            </>
          )}
          <span className="xj-grow" />
          {!locked && <Button kind="ghost" icon="heat" onClick={() => setDrafting(true)}>{t('dispatch.draft')}</Button>}
          <Button kind="ghost" icon="history" disabled={month.isPending} onClick={() => void month.mutateAsync(document).catch(refused)}>{month.isPending ? t('common.loading') : t('dispatch.try_month')}</Button>
        </div>
        {phone
          ? <RowCards rows={rows} sheet={sheet} said={said} marks={marks} counts={month.data?.by_row} />
          : <GridTable rows={rows} sheet={sheet} said={said} cells={cells} readOnly={locked} marks={marks} counts={month.data?.by_row} light={light ?? undefined} onRows={setRows} onRemoveColumn={(path) => setColumns(sheet.columns.flatMap((column) => (column.path === path ? [] : [column.path])))} />}
        {!phone && <p className="xj-grid__foot" role="status">{here ? <span data-mark={here.severity}>{t('dispatch.row', { n: cells.at.row + 1 })}：{here.texts.join('；')}</span> : <span className="xj-muted">{t('dispatch.keys')}</span>}</p>}
      </Card>
      {loose.map((problem, at) => <Notice key={at} kind={problem.severity === 'error' || !problem.severity ? 'error' : (problem.severity as string) === 'info' ? 'info' : 'warning'}><span>{problemText(problem, t, tongue)}</span></Notice>)}
      <div className="xj-grid__below">
        <SamplePanel object={object} document={document} rows={rows} sheet={sheet} trial={trial} />
        {month.data && <MonthPanel month={month.data} />}
      </div>
      <Card><details ref={settings}><summary>{t('dispatch.settings')}</summary><TableSettings document={document} sheet={sheet} problems={problems} readOnly={locked} onChange={change} /></details></Card>
      {rest !== null && rows[rest] && (
        <RestDialog key={rest} object={object} title={t('dispatch.rest_title', { name: sheet.rowName(rows[rest]!, rest) })} cel={readText(rows[rest]!, 'rest', sheet, rows)} readOnly={locked}
          onClose={() => { setRest(null); requestAnimationFrame(() => cells.box.current?.focus()) }} onTake={(cel) => { const at = rest; setRows(rows.map((row, place) => (place === at ? writeText(row, 'rest', cel, sheet, rows) : row))) }} />
      )}
      {drafting && <DraftDialog tableKey={String(document.key ?? 'main')} onClose={() => setDrafting(false)} onTake={(drafted) => change({ ...document, rows: drafted.rows, columns: drafted.columns })} />}
    </div>
  )
}

/** What fits no column, built or written; taken over when the dialog closes with its button. */
function RestDialog({ object, title, cel, readOnly, onClose, onTake }: { object: string; title: string; cel: string; readOnly: boolean; onClose: () => void; onTake: (cel: string) => void }) {
  const { t } = useTongue()
  const [text, setText] = useState(cel)
  return (
    <Dialog open title={title} width={720} onClose={onClose} footer={<><Button onClick={onClose}>{t('common.cancel')}</Button> {!readOnly && <Button kind="primary" onClick={() => { onTake(text); onClose() }}>{t('dispatch.take')}</Button>}</>}>
      <ConditionBuilder object={object} cel={text} onChange={setText} problems={[]} readOnly={readOnly} />
    </Dialog>
  )
}
