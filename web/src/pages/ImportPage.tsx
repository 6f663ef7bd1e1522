/** Importing records of any object: a file or a pasted block, a template, and what was imported before. */
import { useParams } from '@tanstack/react-router'
import { ImportFlow } from '@/features/imports/ImportFlow'
import { download, usePastRuns, useUndoImport } from '@/features/imports/queries'
import { useIsPhone } from '@/lib/screen'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { useObject } from '@/metadata/schema'
import { useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Page } from '@/ui/Page'
import { showToast } from '@/ui/Toast'

export default function ImportPage() {
  const { object } = useParams({ strict: false }) as { object: string }
  const { t, say, tongue } = useTongue()
  const { meta } = useObject(object)
  const phone = useIsPhone()
  const refused = useRefused()
  const undo = useUndoImport()
  const name = say(meta?.definition.name, object)
  const runs = (usePastRuns().data?.rows ?? []).filter((each) => each.object === object && each.status !== 'preview')
  return (
    <Page title={t('imp.title', { name })} back={`/records/${object}`}>
      <ImportFlow object={object} mode="import" choose headline={t(phone ? 'imp.choose_table' : 'imp.drop', { name })} intro={<div className="xj-page__head"><h1>{t('imp.title', { name })}</h1><div className="xj-page__actions"><Button onClick={() => void download('/api/v1/import-templates/{object_key}', { path: { object_key: object } }, `${name}.xlsx`).catch(refused)}>{t('imp.template')}</Button></div></div>} />
      {runs.length > 0 && (
        <Card flush title={t('imp.past')}><ul>{runs.map((run) => (
          <li key={run.id} className="xj-row"><span className="xj-row__main"><strong className="xj-ellipsis">{run.name ?? '—'}</strong><span className="xj-small xj-muted">{moment(run.at, tongue)} · {t(`imp.status.${run.status}`)} · {t('imp.done_counts', { new: run.counts.new ?? 0, same: run.counts.same ?? 0, update: run.counts.update ?? 0, made: run.counts.made ?? 0, notes: run.counts.notes ?? 0 })}</span></span>{run.status === 'done' && <Button size="small" icon="undo" disabled={undo.isPending} onClick={() => undo.mutate(run.id, { onSuccess: (result) => showToast({ kind: 'done', text: t('imp.undone', { count: result.restored, cannot: result.cannot.length }) }), onError: refused })}>{t('imp.undo')}</Button>}</li>
        ))}</ul></Card>
      )}
    </Page>
  )
}
