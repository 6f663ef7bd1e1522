/** Adding what shows an action: files by press or drop, an event of the record, a link. */
import { useRef, useState } from 'react'
import { errorText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { useTimeline } from '@/metadata/records'
import { useDone } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import { Field } from '@/ui/Field'
import type { ActionView } from './queries'
import { useStep, useUploadEvidence } from './queries'

interface AddProps { object: string; id: string; action: ActionView }
const LARGEST = 50 * 1024 * 1024

export function AddEvidence({ object, id, action }: AddProps) {
  const { t, tongue, say } = useTongue()
  const [way, setWay] = useState<'event' | 'link' | null>(null)
  const [over, setOver] = useState(false)
  const picker = useRef<HTMLInputElement>(null)
  const done = useDone()
  const upload = useUploadEvidence(object, id)
  const asked = action.evidence_asked
  const [large, setLarge] = useState('')
  const [url, setUrl] = useState('') // outlives the form it is typed in
  if (!asked) return null
  const add = (list: FileList | null) => {
    const files = [...(list ?? [])]
    const heavy = files.filter((file) => file.size > LARGEST || file.size === 0)
    setLarge(heavy.map((file) => file.name).join('、'))
    const fitting = files.filter((file) => !heavy.includes(file))
    if (fitting.length) upload.mutate({ action: action.key, files: fitting }, { onSuccess: () => done(t('deal.added', { count: fitting.length })) })
    if (picker.current) picker.current.value = ''
  }
  return (
    <div className="xj-stack-8">
      {asked.kinds.includes('file') && (
        <div className="xj-deal__drop" data-over={over || undefined} onDragOver={(event) => { if (event.dataTransfer.types.includes('Files')) { event.preventDefault(); setOver(true) } }} onDragLeave={() => setOver(false)} onDrop={(event) => { event.preventDefault(); setOver(false); add(event.dataTransfer.files) }}>
          <input ref={picker} type="file" multiple className="xj-sr" id={`file-${action.key}`} aria-label={t('deal.upload_of', { name: say(asked.label) })} onChange={(event) => add(event.target.files)} />
          <Button icon="up" disabled={upload.isPending} onClick={() => picker.current?.click()}>{upload.isPending ? t('deal.uploading') : t('deal.upload')}</Button>
          <span className="xj-small xj-muted">{t('deal.upload_help', { label: say(asked.label) })}</span>
        </div>
      )}
      {large && <Notice kind="error">{t('deal.too_large', { names: large })}</Notice>}
      {upload.error && <Notice kind="error">{errorText(upload.error, t, tongue)}</Notice>}
      <div className="xj-line">
        {asked.kinds.includes('event') && <Button size="small" icon="history" aria-expanded={way === 'event'} onClick={() => setWay(way === 'event' ? null : 'event')}>{t('deal.link_event')}</Button>}
        {asked.kinds.includes('link') && <Button size="small" icon="globe" aria-expanded={way === 'link'} onClick={() => setWay(way === 'link' ? null : 'link')}>{t('deal.add_link')}</Button>}
      </div>
      {way === 'event' && <EventPick object={object} id={id} action={action} onDone={() => setWay(null)} />}
      {way === 'link' && <LinkForm object={object} id={id} action={action} url={url} onUrl={setUrl} onDone={() => setWay(null)} />}
    </div>
  )
}

/** Events already recorded; what somebody only claimed is no evidence and is left out. */
function EventPick({ object, id, action, onDone }: AddProps & { onDone: () => void }) {
  const { t, tongue } = useTongue()
  const query = useTimeline(object, id)
  const step = useStep(object, id)
  const done = useDone()
  if (!query.data) return <QueryState query={query} rows={2} />
  const held = new Set(action.said.evidence?.map((each) => each.id))
  const rows = query.data.pages.flatMap((page) => page.rows).filter((event) => !event.claimed && !held.has(String(event.id)) && !/^process\.|^approval\.|\.(created|updated|stage_moved)$/.test(event.type))
  if (!rows.length) return <p className="xj-muted">{t('deal.no_events')}</p>
  return (
    <ul className="xj-pickable" aria-label={t('deal.link_event')}>
      {rows.slice(0, 30).map((event) => (
        <li key={event.id}><button type="button" className="xj-row" disabled={step.isPending} onClick={() => step.mutate({ what: 'evidence', action: action.key, body: { items: [{ kind: 'event', id: String(event.id) }] } }, { onSuccess: () => { done(t('deal.added', { count: 1 })); onDone() } })}>
          <span className="xj-grow">{t(`event_name.${event.type.replace(/\./g, '_')}`, { defaultValue: event.type })}</span><time className="xj-small xj-muted">{moment(event.occurred_at, tongue)}</time>
        </button></li>
      ))}
      {step.error && <li><Notice kind="error">{errorText(step.error, t, tongue)}</Notice></li>}
    </ul>
  )
}

function LinkForm({ object, id, action, url, onUrl, onDone }: AddProps & { url: string; onUrl: (next: string) => void; onDone: () => void }) {
  const { t, tongue } = useTongue()
  const step = useStep(object, id)
  return (
    <form className="xj-form" noValidate onSubmit={(event) => { event.preventDefault(); step.mutate({ what: 'evidence', action: action.key, body: { items: [{ kind: 'link', url: url.trim() }] } }, { onSuccess: () => { onUrl(''); onDone() } }) }}>
      <Field label={t('deal.link')} required error={step.error ? errorText(step.error, t, tongue) : undefined}>{(control) => <input {...control} className="xj-input" type="url" placeholder="https://" value={url} onChange={(event) => onUrl(event.target.value)} />}</Field>
      <div className="xj-form__foot"><Button kind="ghost" onClick={onDone}>{t('common.cancel')}</Button><Button type="submit" reason={url.trim() ? undefined : t('deal.link_first')}>{t('deal.add_link')}</Button></div>
    </form>
  )
}
