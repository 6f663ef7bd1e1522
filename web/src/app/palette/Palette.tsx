/** One box for everything: go to a screen, do something, find a record, come back to one opened before. */
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { pathOf, useHits, type Hit } from '@/features/search/queries'
import { recentOf } from '@/lib/recent'
import { useTongue } from '@/lib/text'
import { offered, type Action } from '@/metadata/actions'
import { useSchema } from '@/metadata/schema'
import { useMe } from '@/metadata/session'
import { Button } from '@/ui/Button'
import { Icon, type IconName } from '@/ui/Icon'
import { Overlay } from '@/ui/Overlay'
import { Keys } from './Keys'
import { ranked } from './matching'
import './palette.css'

interface Item { id: string; name: string; icon: IconName; note?: string; keys?: string | undefined; also?: string | undefined; run: () => void }
interface Section { key: string; name: string; items: Item[] }

const OBJECT_ICON: Record<string, IconName> = { lead: 'person', customer: 'building', contact: 'person', deal: 'deal', task: 'task' }

export default function Palette({ actions, onClose }: { actions: readonly Action[]; onClose: () => void }) {
  const { t } = useTongue()
  const id = useId()
  const [text, setText] = useState('')
  const [asked, setAsked] = useState('')
  const [at, setAt] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => { const timer = setTimeout(() => setAsked(text.trim()), 160); return () => clearTimeout(timer) }, [text])
  const { sections, searching } = useSections(actions, text, asked)
  const flat = useMemo(() => sections.flatMap((section) => section.items), [sections])
  const here = Math.min(at, flat.length - 1)
  useEffect(() => { list.current?.querySelector(`[data-at='${here}']`)?.scrollIntoView({ block: 'nearest' }) }, [here])
  const choose = (item: Item | undefined) => { if (item) { onClose(); item.run() } }
  const keys = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    const to = { ArrowDown: here + 1, ArrowUp: here - 1 }[event.key]
    if (to !== undefined && flat.length) { event.preventDefault(); setAt((to + flat.length) % flat.length) }
    if (event.key === 'Enter') { event.preventDefault(); choose(flat[here]) }
  }
  let index = -1
  return (
    <Overlay label={t('search.label')} className="xj-palette" onClose={onClose}>
      <div className="xj-palette__box">
        <Icon name="search" size={18} />
        <input autoFocus role="combobox" aria-expanded={flat.length > 0} aria-controls={`${id}-list`} aria-autocomplete="list" aria-activedescendant={flat[here] ? `${id}-${here}` : undefined} aria-label={t('search.label')}
          placeholder={t('search.placeholder')} value={text} onChange={(event) => { setText(event.target.value); setAt(0) }} onKeyDown={keys} autoComplete="off" spellCheck={false} />
        <Button kind="ghost" size="small" icon="cross" aria-label={t('common.close')} onClick={onClose} />
      </div>
      <div className="xj-palette__list" ref={list} id={`${id}-list`} role="listbox" aria-label={t('search.label')}>
        {sections.map((section) => (
          <div key={section.key} role="group" aria-label={section.name}>
            <div className="xj-palette__head" aria-hidden="true">{section.name}</div>
            {section.items.map((item) => {
              index += 1
              const mine = index
              return (
                <div key={item.id} id={`${id}-${mine}`} data-at={mine} role="option" aria-selected={mine === here} onPointerMove={() => setAt(mine)} onClick={() => choose(item)}>
                  <Icon name={item.icon} /><span className="xj-palette__name"><span className="xj-ellipsis">{item.name}</span>{item.note && <span className="xj-small xj-muted xj-ellipsis">{item.note}</span>}</span>
                  {item.keys && <Keys keys={item.keys} />}
                </div>
              )
            })}
          </div>
        ))}
      </div>
      {flat.length === 0 && <p className="xj-palette__note" role="status">{t(searching ? 'common.loading' : 'search.nothing')}</p>}
    </Overlay>
  )
}

function useSections(actions: readonly Action[], text: string, asked: string): { sections: Section[]; searching: boolean } {
  const { t, say } = useTongue()
  const navigate = useNavigate()
  const workspace = useMe()?.workspace.key ?? ''
  const { data: schema } = useSchema()
  const query = useHits(asked)
  const hits = asked.length > 1 && text.trim().length > 1 ? query.data : undefined
  const sections = useMemo(() => {
    const open = (path: string) => () => void navigate({ to: path })
    const items = ranked(offered(actions).map((action): Item => ({ id: action.id, name: t(action.label, action.params ?? {}), icon: action.icon, keys: action.keys, also: action.also, run: action.run })), text)
    const made: Section[] = []
    const byObject = new Map<string, Hit[]>()
    for (const hit of hits ?? []) byObject.set(hit.object, [...(byObject.get(hit.object) ?? []), hit])
    const found = [...byObject].map(([object, rows]): Section => {
      const definition = schema?.objects.find((each) => each.key === object)
      const fieldName = (key: string) => say(definition?.fields.find((field) => field.key === key)?.name, key)
      return {
        key: object, name: say(definition?.name, object),
        items: rows.map((hit) => ({
          id: hit.id, name: hit.note || hit.title || '—', icon: OBJECT_ICON[object] ?? 'ledger', run: open(pathOf(object, hit.id)),
          note: [hit.note && hit.title, hit.matched && `${fieldName(hit.matched.field)} ${hit.matched.value}`].filter(Boolean).join(' · '),
        })),
      }
    })
    const recent = text.trim() ? [] : recentOf(workspace).map((each): Item => ({ id: each.path, name: each.title, icon: 'history', run: open(each.path) }))
    const screens = items.filter((item) => item.id.startsWith('go/'))
    const doing = items.filter((item) => !item.id.startsWith('go/'))
    if (recent.length) made.push({ key: 'recent', name: t('palette.recent'), items: recent })
    made.push(...found)
    if (screens.length) made.push({ key: 'go', name: t('palette.go'), items: screens })
    if (doing.length) made.push({ key: 'do', name: t('palette.do'), items: doing })
    return made
  }, [actions, text, hits, schema, workspace, navigate, t, say])
  return { sections, searching: query.isFetching || asked !== text.trim() }
}
