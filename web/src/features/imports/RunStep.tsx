/** 导入: real counts while it runs, what came of it, the rows that stayed behind, and the one click back. */
import { useEffect, useRef } from 'react'
import { readAgain } from '@/lib/query'
import { useTongue } from '@/lib/text'
import { useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { showToast } from '@/ui/Toast'
import { download, many, useRun, useUndoImport } from './queries'

export function RunStep({ id, onUndone, children }: { id: string; onUndone?: () => void; children?: React.ReactNode }) {
  const { t } = useTongue()
  const run = useRun(id).data
  const undo = useUndoImport()
  const refused = useRefused()
  const told = useRef(0)
  const done = run?.counts.done ?? 0
  const total = run?.counts.total ?? 0
  useEffect(() => {
    // The report behind fills while rows come in.
    if (done > told.current || run?.status === 'done') { told.current = done; readAgain(['diagnosis']); readAgain(['start']) }
  }, [done, run?.status])
  const finished = run?.status === 'done'
  const take = () => undo.mutate(id, { onSuccess: (result) => { showToast({ kind: 'done', text: t('imp.undone', { count: result.restored, cannot: result.cannot.length }) }); onUndone?.() }, onError: refused })
  return (
    <Card title={t(finished ? 'imp.finished' : run?.status === 'failed' ? 'imp.failed' : run?.status === 'undone' ? 'imp.taken_back' : 'imp.running_now')}>
      <div className="xj-stack" data-import={run?.status ?? 'queued'}>
        <progress className="xj-progress" max={Math.max(1, total)} value={done} aria-label={t('imp.progress')} />
        <p aria-live="polite"><strong>{t('imp.done_of', { done: many(done), total: total ? many(total) : '…' })}</strong> {run && t('imp.done_counts', { new: many(run.counts.new), same: many(run.counts.same), update: many(run.counts.update), made: many(run.counts.made), notes: many(run.counts.notes) })}</p>
        {run?.status === 'failed' && <Notice kind="error">{t(`errors.${run.error}`, { defaultValue: run.error ?? '' })}</Notice>}
        {finished && Boolean((run.counts.error ?? 0) + (run.counts.conflict ?? 0)) && (
          <Notice kind="warning">{t('imp.stayed', { count: (run.counts.error ?? 0) + (run.counts.conflict ?? 0) })} {run.errors && <Button size="small" onClick={() => void download('/api/v1/files/{id}', { path: { id: run.errors ?? '' } }, t('imp.errors_name')).catch(refused)}>{t('imp.get_errors')}</Button>}</Notice>
        )}
        {finished && run.kept.length > 0 && <details><summary>{t('imp.kept', { count: run.kept.length })}</summary><ul className="xj-small xj-muted">{run.kept.slice(0, 50).map((each, at) => <li key={at}>{t('imp.line', { line: each.row })} · {each.column}: {each.text}</li>)}</ul></details>}
        {finished && <div className="xj-line">{children}<Button icon="undo" disabled={undo.isPending} onClick={take}>{t('imp.undo')}</Button></div>}
      </div>
    </Card>
  )
}
