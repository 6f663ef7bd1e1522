/** Search over everything readable; Ctrl K focuses it, arrows choose, Enter opens. */
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import { call } from '@/lib/api'
import { useTongue } from '@/lib/text'
import { useSchema } from '@/metadata/schema'
import { Button } from '@/ui/Button'
import { Icon } from '@/ui/Icon'

export interface Hit { object: string; id: string; title: string; note?: string | null }

const useHits = (text: string) => useQuery({
  queryKey: ['search', text],
  queryFn: ({ signal }) => call<{ rows?: Hit[]; results?: Hit[] }>('get', '/api/v1/search', { query: { q: text }, signal }).then((answer) => answer.rows ?? answer.results ?? []),
  enabled: text.length > 1,
  placeholderData: (previous) => previous,
})

/** Where a record of an object opens; objects without a page of their own open nowhere yet. */
export const pathOf = (object: string, id: string) => (object === 'lead' ? `/leads/${id}` : `/records/${object}/${id}`)

export function GlobalSearch({ phone, onClose }: { phone: boolean; onClose: () => void }) {
  const { t, say } = useTongue()
  const navigate = useNavigate()
  const id = useId()
  const { data: schema } = useSchema()
  const [text, setText] = useState('')
  const [asked, setAsked] = useState('')
  const [open, setOpen] = useState(false)
  const [at, setAt] = useState(0)
  const input = useRef<HTMLInputElement>(null)
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => { const timer = setTimeout(() => setAsked(text.trim()), 180); return () => clearTimeout(timer) }, [text])
  useEffect(() => {
    const key = (event: globalThis.KeyboardEvent) => { if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') { event.preventDefault(); input.current?.focus(); input.current?.select() } }
    const outside = (event: PointerEvent) => { if (!host.current?.contains(event.target as Node)) setOpen(false) }
    document.addEventListener('keydown', key)
    document.addEventListener('pointerdown', outside)
    return () => { document.removeEventListener('keydown', key); document.removeEventListener('pointerdown', outside) }
  }, [])
  const query = useHits(asked)
  const hits = asked.length > 1 ? (query.data ?? []) : []
  const go = (hit: Hit | undefined) => { if (!hit) return; setOpen(false); setText(''); onClose(); void navigate({ to: pathOf(hit.object, hit.id) }) }
  const keys = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') { event.preventDefault(); setOpen(true); setAt((now) => Math.max(0, Math.min(hits.length - 1, now + (event.key === 'ArrowDown' ? 1 : -1)))) }
    if (event.key === 'Enter') go(hits[at])
    if (event.key === 'Escape') { setOpen(false); onClose() }
  }
  const objectName = (key: string) => say(schema?.objects.find((each) => each.key === key)?.name, key)
  const shown = open && asked.length > 1
  return (
    <div className={phone ? 'xj-search xj-search--phone' : 'xj-search'} ref={host} role="search" aria-label={t('search.label')}>
      <div className="xj-search__box">
        <Icon name="search" />
        <input ref={input} autoFocus={phone} role="combobox" aria-expanded={shown} aria-controls={`${id}-list`} aria-autocomplete="list" aria-activedescendant={shown && hits[at] ? `${id}-${at}` : undefined} aria-label={t('search.label')}
          placeholder={t('search.placeholder')} value={text} onChange={(event) => { setText(event.target.value); setOpen(true); setAt(0) }} onFocus={() => setOpen(true)} onKeyDown={keys} />
        {phone ? <Button kind="ghost" size="small" icon="cross" aria-label={t('common.close')} onClick={onClose} /> : <kbd>Ctrl K</kbd>}
      </div>
      {shown && (
        <div className="xj-search__list">
          {hits.length > 0 ? (
            <div id={`${id}-list`} role="listbox" aria-label={t('search.label')}>
              {hits.map((hit, index) => (
                <div key={`${hit.object}${hit.id}`} id={`${id}-${index}`} role="option" aria-selected={index === at} onPointerEnter={() => setAt(index)} onClick={() => go(hit)}>
                  <span className="xj-ellipsis">{hit.note || hit.title || '—'}</span><span className="xj-small xj-muted">{objectName(hit.object)}{hit.note && hit.title ? ` · ${hit.title}` : ''}</span>
                </div>
              ))}
            </div>
          ) : <p className="xj-search__note" role="status">{query.isFetching ? t('common.loading') : t('search.nothing')}</p>}
        </div>
      )}
    </div>
  )
}
