/** One import from the dropped file to its records: 认表 → 预览 → 导入. Nothing that was mended is lost on the way. */
import { useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { errorText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import { DropZone } from './DropZone'
import { MapStep } from './MapStep'
import { PreviewStep } from './PreviewStep'
import { RunStep } from './RunStep'
import { editImport, many, previewImport, runImport, startImport, type Mapping, type Preview, type Started } from './queries'
import './imports.css'

type At = 'drop' | 'map' | 'preview' | 'run'
interface ImportFlowProps { object: string; mode: 'import' | 'history'; headline: string; resume?: string | null; onRun?: (id: string) => void; intro?: ReactNode; after?: ReactNode; /** What fills behind while rows come in. */ behind?: ReactNode; choose?: boolean }

export function ImportFlow({ object, mode: first, headline, resume, onRun, intro, after, behind, choose }: ImportFlowProps) {
  const { t, tongue } = useTongue()
  const client = useQueryClient()
  const refused = useRefused()
  const [at, setAt] = useState<At>(resume ? 'run' : 'drop')
  const [busy, setBusy] = useState(false)
  const [started, setStarted] = useState<Started | null>(null)
  const [preview, setPreview] = useState<Preview | null>(null)
  const [mode, setMode] = useState(first)
  const [fire, setFire] = useState<string[]>([])
  const [run, setRun] = useState<string | null>(resume ?? null)
  const [wrong, setWrong] = useState<unknown>(null)
  const during = async (work: () => Promise<void>) => { setBusy(true); setWrong(null); try { await work() } catch (error) { if (at === 'drop') setWrong(error); else refused(error) } finally { setBusy(false) } }
  const file = (name: string, body: Blob) => during(async () => {
    const begun = await startImport(object, name, body)
    setPreview(await previewImport(begun.id, null, mode))
    setStarted(begun)
    setAt('map')
  })
  const again = (mapping: Mapping | null, next = mode) => during(async () => { if (started) setPreview(await previewImport(started.id, mapping, next)) })
  const edit = (body: Parameters<typeof editImport>[1]) => during(async () => {
    if (!started || !preview) return
    await editImport(started.id, body)
    setPreview(await previewImport(started.id, preview.mapping, mode))
  })
  const go = () => during(async () => {
    if (!started) return
    await runImport(started.id, mode, mode === 'history' ? [] : fire)
    setRun(started.id)
    setAt('run')
    onRun?.(started.id)
    void client.invalidateQueries({ queryKey: ['imports'] })
  })
  const restart = () => { setAt('drop'); setStarted(null); setPreview(null); setRun(null) }
  if (at === 'run' && run) return <div className="xj-stack"><RunStep id={run} onUndone={restart}>{after}<Button onClick={restart}>{t('imp.another')}</Button></RunStep>{behind}</div>
  if (at === 'drop' || !started || !preview) return <>{intro}<DropZone onFile={(name, body) => void file(name, body)} busy={busy} headline={headline} />{wrong !== null && <Notice kind="error">{errorText(wrong, t, tongue)}</Notice>}</>
  const ready = preview.total - (preview.counts.error ?? 0) - (preview.counts.conflict ?? 0) - (preview.counts.skip ?? 0)
  return (
    <div className="xj-stack xj-import" data-step={at}>
      <div className="xj-page__head">
        <h1>{at === 'map' ? t('imp.map_head', { rows: many(started.rows), sheets: Math.max(1, started.sheets.length) }) : t('imp.preview_head', { rows: many(preview.total), new: many(preview.counts.new), same: many(preview.alike), look: many((preview.counts.error ?? 0) + (preview.counts.conflict ?? 0)) })}</h1>
        <div className="xj-line">
          <Button onClick={at === 'map' ? restart : () => setAt('map')}>{t('imp.back')}</Button>
          {at === 'map' ? <Button kind="primary" disabled={busy} data-next onClick={() => setAt('preview')}>{t('imp.to_preview')}</Button> : <Button kind="primary" disabled={busy} data-next onClick={() => void go()}>{t('imp.run', { count: ready, shown: many(ready) })}</Button>}
        </div>
      </div>
      <p className="xj-muted xj-small">{t('imp.can_undo')}</p>
      {choose && at === 'preview' && (
        <fieldset className="xj-ticks"><legend>{t('imp.mode')}</legend>
          {(['import', 'history'] as const).map((each) => <label key={each} className="xj-check"><input type="radio" name="mode" checked={mode === each} onChange={() => { setMode(each); void again(preview.mapping, each) }} /> {t(`imp.mode_${each}`)}</label>)}
        </fieldset>
      )}
      {at === 'map' ? <MapStep started={started} preview={preview} busy={busy} onChange={(mapping) => void again(mapping)} />
        : <PreviewStep preview={preview} busy={busy} fire={fire} onFire={setFire} onCell={(row, column, text) => void edit({ cells: { [row]: { [column]: text } } })} onDecide={(row, what) => void edit({ decisions: { [row]: what } })} />}
    </div>
  )
}
