/** What shows an action: files with a preview, links, events; what is flagged says why it does not count. */
import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { call } from '@/lib/api'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Overlay } from '@/ui/Overlay'
import { Icon } from '@/ui/Icon'
import { Tag } from '@/ui/Status'
import type { ActionView, Evidence } from './queries'

const PICTURE = /^image\/(png|jpeg|gif|webp)$/
const fileAt = (id: string) => `/api/v1/files/${id}`
export const sizeText = (bytes: number) => (bytes < 1024 ? `${bytes} B` : bytes < 1_048_576 ? `${(bytes / 1024).toFixed(0)} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`)

export function EvidenceList({ action, people }: { action: ActionView; people: Record<string, string> }) {
  const { t, tongue } = useTongue()
  const [shown, setShown] = useState<Evidence | null>(null)
  const items = action.said.evidence ?? []
  if (!items.length && !action.counted.length) return null
  const name = (type: string) => t(`event_name.${type.replace(/\./g, '_')}`, { defaultValue: type })
  return (
    <ul className="xj-proofs" aria-label={t('deal.evidence')}>
      {items.map((item, at) => (
        <li key={item.id ?? item.url ?? at} className="xj-proof">
          {item.kind === 'file' && PICTURE.test(item.type ?? '') ? <button type="button" className="xj-proof__thumb" onClick={() => setShown(item)} aria-label={t('deal.preview', { name: item.name })}><img src={fileAt(item.id!)} alt="" loading="lazy" /></button> : <span className="xj-proof__thumb"><Icon name={item.kind === 'link' ? 'globe' : item.kind === 'event' ? 'history' : 'note'} /></span>}
          <span className="xj-row__main">
            <span className="xj-ellipsis">{item.kind === 'link' ? <a href={item.url} target="_blank" rel="noreferrer">{item.name}</a> : item.kind === 'event' ? name(item.name) : item.type === 'application/pdf' || PICTURE.test(item.type ?? '') ? <button type="button" className="xj-btn xj-btn--link" onClick={() => setShown(item)}>{item.name}</button> : <a href={fileAt(item.id!)} download={item.name}>{item.name}</a>}</span>
            <span className="xj-facts-line xj-small">{item.by && people[item.by] && <span>{people[item.by]}</span>}{(item.occurred_at ?? item.at) && <span>{moment((item.occurred_at ?? item.at)!, tongue)}</span>}{item.size !== undefined && <span>{sizeText(item.size)}</span>}</span>
          </span>
          {item.flags?.map((flag) => <span key={flag} className="xj-status xj-status--overdue" data-flag={flag}><Icon name="octagon" size={14} />{t(`deal.flag.${flag}`)}</span>)}
        </li>
      ))}
      {action.counted.map((event) => (
        <li key={event.id} className="xj-proof" data-counted={event.type}>
          <span className="xj-proof__thumb"><Icon name="history" /></span>
          <span className="xj-row__main"><span>{name(event.type)}</span><span className="xj-facts-line xj-small"><span>{moment(event.at, tongue)}</span></span></span>
          <Tag>{t('deal.by_itself')}</Tag>
        </li>
      ))}
      {shown && <Preview item={shown} onClose={() => setShown(null)} />}
    </ul>
  )
}

function Preview({ item, onClose }: { item: Evidence; onClose: () => void }) {
  const { t } = useTongue()
  return (
    <Overlay label={item.name} className="xj-preview" onClose={onClose}>
      <div className="xj-line-nowrap xj-preview__head"><strong className="xj-grow xj-ellipsis">{item.name}</strong><a className="xj-btn" href={fileAt(item.id!)} download={item.name}>{t('deal.download')}</a><Button kind="ghost" icon="cross" aria-label={t('common.close')} onClick={onClose} /></div>
      {item.type === 'application/pdf' ? <Pdf id={item.id!} name={item.name} /> : <img className="xj-preview__picture" src={fileAt(item.id!)} alt={item.name} />}
    </Overlay>
  )
}

/** A PDF is read as bytes and shown by the browser's own viewer; the address of the file itself only downloads. */
function Pdf({ id, name }: { id: string; name: string }) {
  const { t } = useTongue()
  const refused = useRefused()
  const [url, setUrl] = useState('')
  const { mutate } = useMutation({ mutationFn: () => call<Blob>('get', '/api/v1/files/{id}', { path: { id }, file: true }), onError: refused, onSuccess: (blob) => setUrl(URL.createObjectURL(new Blob([blob], { type: 'application/pdf' }))) })
  useEffect(() => mutate(), [mutate])
  useEffect(() => () => { if (url) URL.revokeObjectURL(url) }, [url])
  return url ? <iframe className="xj-preview__pdf" src={url} title={name} /> : <p className="xj-muted" role="status">{t('common.loading')}</p>
}
