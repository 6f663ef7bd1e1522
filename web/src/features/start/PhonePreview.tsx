/** What a rep sees on the phone: three customers of the day, each with the last note and one proposed sentence. */
import { useMemo, useState } from 'react'
import type { Page } from '@/api/types'
import { call } from '@/lib/api'
import { errorText, problemsByField } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { QueryState } from '@/metadata/QueryState'
import { useDone } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Empty } from '@/ui/Empty'
import { Field } from '@/ui/Field'
import './start.css'

const FIELDS = 'name,owner,last_touch_at,last_note,deal_open'

export function PhonePreview({ next }: { next: React.ReactNode }) {
  const { t } = useTongue()
  const query = useQuery({
    queryKey: ['records', 'customer', 'list', 'phone'],
    queryFn: ({ signal }) => call<Page>('get', '/api/v1/records/{object_key}', { path: { object_key: 'customer' }, query: { fields: FIELDS, filter: 'owner != null && deals_open > 0 && last_note != null', sort: 'last_touch_at', limit: 200 }, signal }),
  })
  const people = useMemo(() => [...new Set((query.data?.rows ?? []).map((row) => String(row.owner)))], [query.data])
  const [chosen, setChosen] = useState('')
  const person = chosen || people[0] || ''
  const three = (query.data?.rows ?? []).filter((row) => row.owner === person).sort((a, b) => Number(b.deal_open ?? 0) - Number(a.deal_open ?? 0)).slice(0, 3)
  return (
    <div className="xj-stack">
      <div className="xj-page__head"><h1>{t('start.phone_head')}</h1><div className="xj-line">{next}</div></div>
      {!query.data ? <QueryState query={query} rows={4} /> : !people.length ? <Empty icon="phone" title={t('start.phone_empty')} /> : (
        <div className="xj-phone-side">
          <div className="xj-start__phone" aria-label={t('start.phone_label')}>
            <header>{t('start.phone_title', { name: query.data.people?.[person] ?? '' })}</header>
            <ul>{three.map((row) => <Focus key={row.id} row={row} />)}</ul>
          </div>
          <label className="xj-stack"><span className="xj-muted">{t('start.phone_who')}</span><select className="xj-input" value={person} onChange={(event) => setChosen(event.target.value)}>{people.map((id) => <option key={id} value={id}>{query.data.people?.[id] ?? id}</option>)}</select><span className="xj-small xj-muted">{t('start.phone_help')}</span></label>
        </div>
      )}
    </div>
  )
}

function Focus({ row }: { row: Page['rows'][number] }) {
  const { t, tongue } = useTongue()
  const [text, setText] = useState('')
  const client = useQueryClient()
  const done = useDone()
  const [refused, setRefused] = useState<unknown>(null)
  const note = String(row.last_note ?? '')
  const save = async () => {
    try {
      const written = await call<{ change?: string }>('patch', '/api/v1/records/{object_key}/{id}', { path: { object_key: 'customer', id: row.id }, body: { last_note: text } })
      setText('')
      done(t('start.noted'), written.change)
      void client.invalidateQueries({ queryKey: ['records', 'customer'] })
    } catch (error) { setRefused(error) }
  }
  return (
    <li data-focus={row.id}>
      <strong>{String(row.name ?? '')}</strong>
      <span className="xj-small xj-muted">{row.last_touch_at ? moment(String(row.last_touch_at), tongue) : ''} {note.slice(0, 60)}</span>
      <span className="xj-say">{t(`start.say.${opening(note)}`)}</span>
      <form className="xj-line-nowrap" onSubmit={(event) => { event.preventDefault(); if (text.trim()) void save() }}><Field quiet label={t('start.note_of', { name: String(row.name ?? '') })} error={refused ? problemsByField(refused, t, tongue).last_note ?? errorText(refused, t, tongue) : undefined}>{(control) => <input {...control} className="xj-input" value={text} onChange={(event) => { setText(event.target.value); setRefused(null) }} placeholder={t('start.note_here')} />}</Field><Button type="submit" disabled={!text.trim()}>{t('start.note_save')}</Button></form>
    </li>
  )
}

/** Which opening fits the last note. */
function opening(note: string): string {
  if (/价|贵|报价/.test(note)) return 'price'
  if (/预算|审批|老板/.test(note)) return 'budget'
  if (/没接|没回|未接/.test(note)) return 'silent'
  if (/资料|案例|方案/.test(note)) return 'material'
  return 'plain'
}
