/** The checklist before a write, wherever on the screen the write was made; and guidance on opening a record. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, useSyncExternalStore } from 'react'
import type { Guidance } from '@/api/types'
import { call } from '@/lib/api'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/heavy'
import { guidanceStore } from './guidance'
import { partKey } from './records'

export function GuidanceHost() {
  const asked = useSyncExternalStore(guidanceStore.subscribe, guidanceStore.get)
  if (!asked) return null
  return <Checklist key={asked.guidance.map((each) => each.key).join()} guidance={asked.guidance} onDone={asked.answer} onClose={() => asked.answer(null)} />
}

function Checklist({ guidance, onDone, onClose, quiet }: { guidance: Guidance[]; onDone: (items: Record<string, string[]>) => void; onClose: () => void; quiet?: boolean }) {
  const { t, say } = useTongue()
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const lacking = guidance.flatMap((each) => each.items?.filter((item) => item.required && !ticked.has(`${each.key}.${item.key}`)) ?? [])
  const done = () => onDone(Object.fromEntries(guidance.map((each) => [each.key, each.items?.filter((item) => ticked.has(`${each.key}.${item.key}`)).map((item) => item.key) ?? []])))
  return (
    <Dialog open title={say(guidance[0]?.title ?? guidance[0]?.name, t('guidance.title'))} onClose={onClose}
      footer={<div className="xj-form__foot"><Button kind="ghost" onClick={onClose}>{t(quiet ? 'guidance.later' : 'common.cancel')}</Button><Button kind="primary" reason={lacking.length ? t('guidance.lacking', { items: lacking.map((item) => say(item.text)).join(t('errors.join')) }) : undefined} onClick={done}>{t(quiet ? 'guidance.read' : 'guidance.go_on')}</Button></div>}>
      <div className="xj-stack">
        {guidance.map((each, at) => (
          <section key={each.key} className="xj-stack-8" aria-label={say(each.title ?? each.name)}>
            {at > 0 && <h3>{say(each.title ?? each.name)}</h3>}
            {each.text && <p className="xj-pre">{say(each.text)}</p>}
            {each.items?.map((item) => {
              const key = `${each.key}.${item.key}`
              return <label key={key} className="xj-check"><input type="checkbox" checked={ticked.has(key)} onChange={() => setTicked((old) => { const next = new Set(old); if (!next.delete(key)) next.add(key); return next })} /><span>{say(item.text)}{item.required && <span className="xj-req" aria-hidden="true"> *</span>}</span></label>
            })}
          </section>
        ))}
        {lacking.length > 0 && <p className="xj-small xj-muted" role="status">{t('guidance.lacking', { items: lacking.map((item) => say(item.text)).join(t('errors.join')) })}</p>}
      </div>
    </Dialog>
  )
}

/** What this person should know on opening a record, told once. */
export function OpeningGuidance({ object, id }: { object: string; id: string }) {
  const client = useQueryClient()
  const key = partKey(object, id, 'guidance')
  const { data } = useQuery({ queryKey: key, queryFn: ({ signal }) => call<{ rows: Guidance[] }>('get', '/api/v1/records/{object_key}/{id}/guidance', { path: { object_key: object, id }, signal }), staleTime: 300_000 })
  const [closed, setClosed] = useState('')
  const note = useMutation({
    mutationFn: (items: Record<string, string[]>) => Promise.all(Object.entries(items).map(([guidance, ticked]) => call('post', '/api/v1/records/{object_key}/{id}/guidance', { path: { object_key: object, id }, body: { guidance, items: ticked } }))),
    onSettled: () => void client.invalidateQueries({ queryKey: key }),
  })
  if (!data?.rows.length || closed === id || note.isPending || note.isSuccess) return null
  return <Checklist quiet guidance={data.rows} onDone={(items) => note.mutate(items)} onClose={() => setClosed(id)} />
}
