/** Everything a person has, handed to several: who takes it, evenly or by load, a preview, then one change with one undo. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { Page } from '@/api/types'
import { call } from '@/lib/api'
import { errorText, problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import { Dialog } from '@/ui/heavy'
import { Tabs } from '@/ui/Tabs'
import { QueryState } from '../QueryState'
import { useSchema } from '../schema'
import { useDone } from '../undo'
import { previewDeed, runDeed, type Deed, type Refusal } from './bulk'
import './lists.css'
import { HELD, spread, type Batch, type Thing } from './spread'

export interface Receiver { person: string; name: string; open: number; capacity: number | null; away: boolean }
type Way = 'even' | 'load'
const MOST = 5_000

async function heldBy(person: string, object: string, known: Set<string>): Promise<Thing[]> {
  const { field, filter, follows } = HELD[object]!
  const things: Thing[] = []
  for (let after = ''; things.length < MOST;) {
    const page: Page = await call<Page>('get', '/api/v1/records/{object_key}', { path: { object_key: object }, query: { filter: `${field} == "${person}"${filter ? ` && ${filter}` : ''}`, fields: follows.filter((key) => known.has(`${object}.${key}`)).join(',') || 'version', sort: 'id', limit: 500, after } })
    things.push(...page.rows.map((row) => ({ object, id: row.id, follows: follows.map((key) => (typeof row[key] === 'string' ? row[key] : null)) })))
    if (!page.next) break
    after = page.next
  }
  return things
}

const deedOf = (batch: Batch): Deed => ({ set: { [HELD[batch.object]!.field]: batch.person } })

export default function HandOver({ from, people, onClose }: { from: { person: string; name: string }; people: Receiver[]; onClose: () => void }) {
  const { t, tongue, say } = useTongue()
  const client = useQueryClient()
  const done = useDone()
  const { data: schema } = useSchema()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [way, setWay] = useState<Way>('even')
  const [progress, setProgress] = useState(0)
  const objects = useMemo(() => schema?.objects.filter((each) => each.key in HELD && each.can?.read !== false) ?? [], [schema])
  const held = useQuery({
    queryKey: ['records', 'held', from.person], staleTime: 0, enabled: objects.length > 0,
    queryFn: async () => { const known = new Set(objects.flatMap((each) => each.fields.map((field) => `${each.key}.${field.key}`))); return (await Promise.all(objects.map((each) => heldBy(from.person, each.key, known)))).flat() },
  })
  const takers = people.filter((each) => chosen.has(each.person))
  const batches = useMemo(() => spread(held.data ?? [], people.filter((each) => chosen.has(each.person)).map((each) => ({ person: each.person, base: way === 'load' ? each.open : 0 }))), [held.data, people, chosen, way])
  const count = (person: string | null, object: string) => batches.reduce((sum, batch) => sum + (batch.object === object && (person === null || batch.person === person) ? batch.ids.length : 0), 0)
  const preview = useMutation({
    mutationFn: async () => {
      const all = await Promise.all(batches.map((batch) => previewDeed(batch.object, { ids: batch.ids }, deedOf(batch))))
      return { change: all.reduce((sum, each) => sum + each.change, 0), refusals: all.flatMap((each) => each.refusals), refused: all.reduce((sum, each) => sum + each.refused, 0) }
    },
  })
  const run = useMutation({
    mutationFn: async () => {
      const total = { change: null as string | null, changed: 0, refused: 0, refusals: [] as Refusal[] }
      for (const batch of batches) {
        const part = await runDeed(batch.object, { ids: batch.ids }, deedOf(batch), () => undefined, () => false, total.change)
        total.change = part.change
        total.changed += part.changed
        total.refused += part.refused
        total.refusals.push(...part.refusals)
        setProgress((old) => old + part.done)
      }
      return total
    },
    onSuccess: (total) => { done(t('hand_over.done', { count: total.changed, name: from.name, people: takers.length }), total.change); if (!total.refused) onClose() },
    onSettled: () => { for (const key of ['records', 'daily', 'timers']) void client.invalidateQueries({ queryKey: [key] }) },
  })
  const total = held.data?.length ?? 0
  const shown = objects.filter((each) => held.data?.some((thing) => thing.object === each.key))
  const again = () => { preview.reset(); run.reset(); setProgress(0) }
  const toggle = (person: string) => { again(); setChosen((old) => { const next = new Set(old); if (!next.delete(person)) next.add(person); return next }) }
  const left = run.data ?? preview.data
  return (
    <Dialog open title={t('hand_over.title', { name: from.name })} onClose={run.isPending ? () => undefined : onClose} width={640}
      footer={run.data ? <Button kind="primary" onClick={onClose}>{t('common.close')}</Button> : (
        <div className="xj-form__foot"><Button kind="ghost" disabled={run.isPending} onClick={onClose}>{t('common.cancel')}</Button>
          {preview.data ? <Button kind="primary" disabled={run.isPending} reason={preview.data.change ? undefined : t('bulk.nothing')} onClick={() => run.mutate()}>{t('hand_over.do', { count: preview.data.change })}</Button>
            : <Button kind="primary" disabled={preview.isPending} reason={!total ? t('hand_over.nothing', { name: from.name }) : takers.length ? undefined : t('hand_over.choose_first')} onClick={() => preview.mutate()}>{t(preview.isPending ? 'bulk.checking' : 'hand_over.check')}</Button>}
        </div>)}>
      {!held.data ? <QueryState query={held} rows={5} /> : (
        <div className="xj-stack">
          <p>{total ? t('hand_over.holds', { name: from.name, what: shown.map((each) => `${say(each.name, each.key)} ${held.data.filter((thing) => thing.object === each.key).length}`).join(t('errors.join')) }) : t('hand_over.nothing', { name: from.name })}</p>
          {total >= MOST && <Notice kind="warning">{t('hand_over.many', { most: MOST.toLocaleString('en-US') })}</Notice>}
          <fieldset className="xj-form" disabled={run.isPending || Boolean(run.data)}>
            <div className="xj-line" role="group" aria-label={t('load.pick_person')}>{people.map((each) => <button key={each.person} type="button" className="xj-pick" aria-pressed={chosen.has(each.person)} disabled={each.away} onClick={() => toggle(each.person)}>{each.name} <span className="xj-small">{each.away ? t('hand_over.away') : `${t('load.open')} ${each.open}${each.capacity ? `/${each.capacity}` : ''}`}</span></button>)}</div>
            <Tabs label={t('hand_over.way')} value={way} onChange={(next: Way) => { again(); setWay(next) }} tabs={(['even', 'load'] as const).map((key) => ({ key, label: t(`hand_over.ways.${key}`) }))} />
          </fieldset>
          {takers.length > 0 && total > 0 && (
            <div className="xj-scroll-x" tabIndex={0} role="region" aria-label={t('hand_over.plan')}>
              <table className="xj-table" data-plan>
                <thead><tr><th scope="col">{t('load.person')}</th>{shown.map((each) => <th key={each.key} scope="col" className="xj-num">{say(each.name, each.key)}</th>)}</tr></thead>
                <tbody>{takers.map((each) => <tr key={each.person} data-taker={each.person}><th scope="row">{each.name}</th>{shown.map((object) => <td key={object.key} className="xj-num" data-of={object.key}>{count(each.person, object.key)}</td>)}</tr>)}</tbody>
              </table>
            </div>
          )}
          <p className="xj-small xj-muted">{t('hand_over.help')}</p>
          {run.isPending && <progress className="xj-bulk__progress" max={total} value={progress} aria-label={t('bulk.progress')} />}
          {(run.error ?? preview.error) && <Notice kind="error">{errorText(run.error ?? preview.error, t, tongue)}</Notice>}
          {left && left.refused > 0 && <details className="xj-bulk__refusals"><summary>{t('bulk.why', { count: left.refused })}</summary><ul>{left.refusals.slice(0, 50).map((each) => <li key={each.id}><strong>{each.title ?? '—'}</strong> {each.problems.map((problem) => problemText(problem, t, tongue)).join(' ')}</li>)}</ul></details>}
        </div>
      )}
    </Dialog>
  )
}
