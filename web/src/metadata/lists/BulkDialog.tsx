/** One deed over many records: what, then how many would change and which would not and why, then progress and one undo. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { FieldDefinition } from '@/api/types'
import { errorText, problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { Dialog, SelectBox } from '@/ui/heavy'
import { isEditable } from '../editable'
import { FieldInput } from '../FieldInput'
import { gateLines, otherProblems } from '../gate'
import { LazyGate } from '../LazyGate'
import type { ObjectMeta } from '../schema'
import { useSchema } from '../schema'
import { useDone } from '../undo'
import { useValues } from '../useValues'
import { valueText } from '../values'
import { previewDeed, runDeed, type Chosen, type Deed, type Preview, type Progress, type Refusal } from './bulk'
import type { Act } from './BulkBar'
import './lists.css'

interface BulkDialogProps { act: Act; meta: ObjectMeta; chosen: Chosen; onClose: () => void; onDone: () => void }

export default function BulkDialog({ act, meta, chosen, onClose, onDone }: BulkDialogProps) {
  const { t, tongue } = useTongue()
  const client = useQueryClient()
  const object = meta.definition.key
  const done = useDone()
  const stop = useRef(false)
  const [deed, setDeed] = useState<Deed | null>(act === 'delete' ? { delete: true } : null)
  const [progress, setProgress] = useState<Progress | null>(null)
  const preview = useMutation({ mutationFn: (asked: Deed) => previewDeed(object, chosen, asked) })
  const run = useMutation({
    mutationFn: () => runDeed(object, chosen, deed!, setProgress, () => stop.current),
    onSuccess: (total) => { if (!total.refused) onDone(); done(t('bulk.done', { count: total.changed, refused: total.refused }), total.change) },
    onSettled: () => void client.invalidateQueries({ queryKey: ['records', object] }),
  })
  const { mutate } = preview
  useEffect(() => { if (act === 'delete') mutate({ delete: true }) }, [act, mutate])
  const total = preview.data
  const ready = deed && total && !preview.isPending
  // A value that no record takes is the value's fault: said beside it.
  const wrong = total && total.checked > 0 && total.refused === total.checked ? total.refusals[0]?.problems.find((problem) => problem.code.startsWith('records.value.')) : undefined
  const error = run.error ?? preview.error
  return (
    <Dialog open title={t(`bulk.title.${act}`)} onClose={run.isPending ? () => undefined : onClose} width={560}
      footer={run.isPending
        ? <Button onClick={() => { stop.current = true }}>{t('bulk.stop')}</Button>
        : progress ? <Button kind="primary" onClick={onDone}>{t('common.close')}</Button>
          : <div className="xj-form__foot"><Button kind="ghost" onClick={onClose}>{t('common.cancel')}</Button><Button kind={act === 'delete' ? 'danger' : 'primary'} reason={!ready ? t('bulk.preview_first') : total.change ? undefined : t('bulk.nothing')} onClick={() => run.mutate()}>{t('bulk.do', { count: total?.count === total?.checked ? (total?.change ?? 0) : (total?.count ?? 0) })}</Button></div>}>
      <div className="xj-stack">
        {act !== 'delete' && !progress && <DeedForm error={preview.error ? errorText(preview.error, t, tongue) : wrong ? problemText(wrong, t, tongue) : undefined} act={act} meta={meta} disabled={run.isPending} onDeed={(next) => { setDeed(next); if (next) mutate(next); else preview.reset() }} />}
        {error && (act === 'delete' || run.error) && <Notice kind="error">{errorText(error, t, tongue)}</Notice>}
        {preview.isPending && <p className="xj-muted" role="status">{t('bulk.checking')}</p>}
        {ready && !progress && <PreviewView meta={meta} preview={total} gone={act === 'delete'} />}
        {progress && (
          <div className="xj-stack-8" role="status">
            <progress className="xj-bulk__progress" max={total?.count ?? progress.done} value={progress.done} aria-label={t('bulk.progress')} />
            <p>{t('bulk.so_far', { done: progress.done, total: total?.count ?? progress.done, changed: progress.changed, refused: progress.refused })}</p>
            <Refusals object={object} refusals={progress.refusals} refused={progress.refused} />
          </div>
        )}
      </div>
    </Dialog>
  )
}

function DeedForm({ act, meta, disabled, error, onDeed }: { error: string | undefined; act: Act; meta: ObjectMeta; disabled: boolean; onDeed: (deed: Deed | null) => void }) {
  const { t, say } = useTongue()
  const { data: schema } = useSchema()
  const fields = [...meta.fields.values()]
  const open = fields.filter((field) => isEditable(field) && !['owner', 'pool'].includes(field.key) && field.kind !== 'long_text')
  const lists = fields.filter((field) => field.kind === 'tags' && field.can === 'write')
  const [key, setKey] = useState(act === 'owner' ? 'owner' : act === 'pool' ? 'pool' : act === 'set' ? (open[0]?.key ?? '') : (lists[0]?.key ?? ''))
  const [value, setValue] = useState<unknown>(undefined)
  const field: FieldDefinition | undefined = act === 'owner' ? { key: 'owner', kind: 'person', name: meta.fields.get('owner')?.name ?? {}, can: 'write' } : meta.fields.get(key)
  const put = (next: unknown, of = key) => {
    setValue(next)
    if (next === undefined) return onDeed(null)
    if (act === 'add' || act === 'remove') return onDeed((next as string[] | null)?.length ? { [act]: { [of]: next as string[] } } : null)
    if (act === 'pool') return onDeed(next ? { command: 'pool', value: next } : null)
    onDeed(act === 'owner' && !next ? null : { set: { [of]: next } })
  }
  if (!field) return <p className="xj-muted">{t('form.nothing_editable', { object: say(meta.definition.name) })}</p>
  return (
    <fieldset className="xj-form" disabled={disabled}>
      {(act === 'set' || lists.length > 1) && act !== 'owner' && act !== 'pool' && (
        <Field label={t('filter.field')}>{(control) => <select {...control} className="xj-input" value={key} onChange={(event) => { setKey(event.target.value); put(undefined, event.target.value) }}>{(act === 'set' ? open : lists).map((each) => <option key={each.key} value={each.key}>{say(each.name, each.key)}</option>)}</select>}</Field>
      )}
      <Field label={t(act === 'add' || act === 'remove' ? 'bulk.tags' : 'bulk.new_value')} error={error}>
        {(control) => (act === 'pool' ? <select {...control} className="xj-input" value={String(value ?? '')} onChange={(event) => put(event.target.value)}><option value="">–</option>{schema?.pools.map((pool) => <option key={pool.key} value={pool.key}>{say(pool.name, pool.key)}</option>)}</select>
          : act === 'add' || act === 'remove' ? <SelectBox id={control.id} label={t('bulk.tags')} multiple free options={[]} value={(value as string[] | undefined) ?? []} onChange={put} />
            : <FieldInput key={key} field={field} label={say(field.name, field.key)} value={value ?? null} control={control} onChange={(next) => put(next)} />)}
      </Field>
      {act === 'set' && <div><Button size="small" kind="ghost" onClick={() => put(null)}>{t('bulk.empty_value')}</Button></div>}
    </fieldset>
  )
}

function PreviewView({ meta, preview, gone }: { meta: ObjectMeta; preview: Preview; gone: boolean }) {
  const { t, say } = useTongue()
  const context = useValues(preview.people, preview.related)
  const words = (values: Record<string, unknown>) => Object.entries(values).map(([key, value]) => { const field = meta.fields.get(key); return field ? valueText(value, field, context) || '–' : '' }).join(' · ')
  return (
    <div className="xj-stack-8">
      <p role="status"><strong>{t(gone ? 'bulk.will_delete' : 'bulk.will_change', { count: preview.change })}</strong>{preview.same > 0 && t('bulk.same', { count: preview.same })}{preview.refused > 0 && t('bulk.refused', { count: preview.refused })}{preview.count > preview.checked && t('bulk.checked', { count: preview.checked, total: preview.count })}</p>
      {!gone && preview.samples.length > 0 && (
        <table className="xj-table"><caption className="xj-sr">{t('bulk.samples')}</caption>
          <thead><tr><th scope="col">{say(meta.definition.name)}</th><th scope="col">{t('bulk.before')}</th><th scope="col">{t('bulk.after')}</th></tr></thead>
          <tbody>{preview.samples.map((sample) => <tr key={sample.id}><th scope="row">{sample.title ?? '—'}</th><td>{words(sample.before)}</td><td>{words(sample.after)}</td></tr>)}</tbody>
        </table>
      )}
      <Refusals object={meta.definition.key} refusals={preview.refusals} refused={preview.refused} />
    </div>
  )
}

function Refusals({ object, refusals, refused }: { object: string; refusals: Refusal[]; refused: number }) {
  const { t, tongue } = useTongue()
  if (!refusals.length) return null
  return (
    <details className="xj-bulk__refusals"><summary>{t('bulk.why', { count: refused })}</summary>
      <ul>{refusals.map((each) => { const lines = gateLines(each.problems); return <li key={each.id}><strong>{each.title ?? '—'}</strong> {lines.length ? <LazyGate object={object} id={each.id} lines={lines} others={otherProblems(each.problems)} brief /> : each.problems.map((problem) => problemText(problem, t, tongue)).join(' ')}</li> })}</ul>
    </details>
  )
}
