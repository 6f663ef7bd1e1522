/** What the draft would have done on the organisation's own past, beside what is in force; changes nothing. */
import { useEffect, useRef, useState } from 'react'
import { useTongue } from '@/lib/text'
import { dayOf } from '@/lib/time'
import { useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Skeleton } from '@/ui/Empty'
import type { Doc } from './contract'
import { DryRunResult } from './DryRunResult'
import { useLife, type DryRun } from './queries'
import { windowOf, WINDOWS, type WindowKey } from './windows'

interface PanelProps { kind: string; name: string; document: Doc; published: Doc | null; ready: () => Promise<boolean>; round: number; onResult: (result: DryRun | null) => void; onClose: () => void }

export function DryRunPanel({ kind, name, document, published, ready, round, onResult, onClose }: PanelProps) {
  const { t } = useTongue()
  const [chosen, setChosen] = useState<WindowKey>('last_month')
  const [now, setNow] = useState<DryRun | null>(null)
  const [seconds, setSeconds] = useState(0)
  const draft = useLife(kind, name).dryRun
  const standing = useLife(kind, name).dryRun
  const refused = useRefused()
  const host = useRef<HTMLDivElement>(null)
  const stop = useRef<AbortController | null>(null)
  const run = async (key: WindowKey) => {
    setChosen(key); setNow(null); onResult(null)
    stop.current?.abort()
    const ending = new AbortController()
    stop.current = ending
    if (!(await ready())) return
    const window = windowOf(key)
    try {
      const [result, before] = await Promise.all([
        draft.mutateAsync({ ...window, signal: ending.signal }),
        kind === 'rule' && published && published !== document ? standing.mutateAsync({ ...window, document: published, signal: ending.signal }).catch(() => null) : null,
      ])
      if (ending.signal.aborted) return
      setNow(before); onResult(result)
    } catch (error) { if (!ending.signal.aborted) refused(error) }
  }
  useEffect(() => { void run(chosen); host.current?.scrollIntoView({ block: 'nearest' }) }, [round])
  useEffect(() => () => stop.current?.abort(), [])
  useEffect(() => {
    if (!draft.isPending) return undefined
    setSeconds(0)
    const tick = setInterval(() => setSeconds((each) => each + 1), 1000)
    return () => clearInterval(tick)
  }, [draft.isPending])
  const { since, until } = windowOf(chosen)
  return (
    <div ref={host}>
      <Card className="xj-dry" title={t('studio.dry_run')} aside={<>
        <select className="xj-input xj-pick" aria-label={t('studio.window_label')} value={chosen} onChange={(event) => void run(event.target.value as WindowKey)}>
          {WINDOWS.map((key) => <option key={key} value={key}>{t(`studio.window.${key}`)}</option>)}
        </select>
        <span>{dayOf(Date.parse(since))} – {dayOf(Date.parse(until) - 1)}</span>
        <Button kind="ghost" size="small" icon="cross" aria-label={t('common.close')} onClick={onClose} />
      </>}>
        {draft.isPending ? <><Skeleton rows={3} label={t('common.loading')} />{seconds > 0 && <p className="xj-line xj-small xj-muted">{t('studio.running', { count: seconds })}<Button size="small" onClick={() => stop.current?.abort()}>{t('common.cancel')}</Button></p>}</>
          : draft.data ? <DryRunResult result={draft.data} before={now} window={t(`studio.window.${chosen}`)} object={typeof document.object === 'string' ? document.object : null} />
          : <p className="xj-muted">{t('studio.dry_run_refused')}</p>}
      </Card>
    </div>
  )
}
