/** Pools: what lies in each, with picking where the pool allows it. */
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { leadSecond, leadTitle } from '@/features/leads/LeadHead'
import { PoolRules } from '@/features/pools/PoolRules'
import { usePick, usePoolEntries, usePools, type Pool } from '@/features/pools/queries'
import type { RecordRow } from '@/api/types'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { joinPages } from '@/metadata/records'
import { useObject } from '@/metadata/schema'
import { useDone, useRefused } from '@/metadata/undo'
import { useValues } from '@/metadata/useValues'
import { optionName } from '@/metadata/values'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Page } from '@/ui/Page'
import { Tag } from '@/ui/Status'
import { Tabs } from '@/ui/Tabs'
import './workbench.css'

export default function PoolsPage() {
  const { t, say } = useTongue()
  const pools = usePools()
  const [chosen, setChosen] = useState('')
  const pool = pools.data?.rows.find((each) => each.key === chosen) ?? pools.data?.rows.find((each) => each.can.pick && each.count) ?? pools.data?.rows[0]
  return (
    <Page title={t('nav.pools')}>
      <div className="xj-page__head"><h1>{pool ? t('pool.head', { name: say(pool.name, pool.key), count: pool.count ?? 0, shown: (pool.count ?? 0).toLocaleString('en-US') }) : t('nav.pools')}</h1></div>
      {!pools.data ? <Card flush><QueryState query={pools} /></Card> : !pool ? <Card flush><Empty icon="pool" title={t('pool.none')}>{t('pool.none_help')}</Empty></Card> : (
        <>
          {pools.data.rows.length > 1 && <div><Tabs label={t('nav.pools')} value={pool.key} onChange={setChosen} tabs={pools.data.rows.map((each) => ({ key: each.key, label: say(each.name, each.key), ...(typeof each.count === 'number' ? { count: each.count } : {}) }))} /></div>}
          <PoolCard key={pool.key} pool={pool} />
        </>
      )}
    </Page>
  )
}

function PoolCard({ pool }: { pool: Pool }) {
  const { t, say } = useTongue()
  const query = usePoolEntries(pool.key)
  const { rows, people } = useMemo(() => joinPages(query.data), [query.data])
  const why = useWhyNot(pool)
  return (
    <>
      {why && <Notice kind={pool.why_not === 'access.denied' ? 'info' : 'warning'}>{why}</Notice>}
      <PoolRules pool={pool} />
      <Card flush label={say(pool.name, pool.key)}>
        {!query.data ? <QueryState query={query} /> : rows.length === 0 ? <Empty icon="pool" title={t('pool.empty')}>{t('pool.empty_help')}</Empty> : <ul>{rows.map((row) => <Entry key={row.id} pool={pool} row={row} people={people} why={why} />)}</ul>}
        {query.hasNextPage && <div className="xj-list__foot"><Button kind="ghost" onClick={() => void query.fetchNextPage()}>{t('common.more_rows')}</Button></div>}
      </Card>
    </>
  )
}

/** Why one may not pick from this pool at all, in the words the refusal itself would have. */
function useWhyNot(pool: Pool): string | undefined {
  const { t } = useTongue()
  if (!pool.why_not) return undefined
  if (pool.why_not === 'access.denied') return t('pool.cannot_pick')
  return t(`errors.${pool.why_not.replace('.', '_')}`, { picked: pool.picked_today, limit: pool.why_not === 'pool.day_limit' ? pool.pick.per_day : pool.holding?.limit, held: pool.holding?.held })
}

function Entry({ pool, row, people, why }: { pool: Pool; row: RecordRow; people: Record<string, string>; why: string | undefined }) {
  const { t, tongue, say } = useTongue()
  const navigate = useNavigate()
  const { meta } = useObject('lead')
  const context = useValues(people)
  const pick = usePick()
  const done = useDone()
  const refused = useRefused()
  const intent = meta?.fields.get('intent')
  const entered = typeof row.entered_at === 'string' ? row.entered_at : row.created_at
  const cooling = typeof row.cooling_until === 'string' ? t('pool_told.mine_until', { at: moment(row.cooling_until, tongue) }) : undefined
  const reason = why ?? cooling
  return (
    <li className="xj-row xj-pooled">
      <div className="xj-row__main">
        <span className="xj-line"><strong>{leadTitle(row)}</strong>{intent && typeof row.intent === 'string' && <Tag>{optionName(intent, row.intent, tongue)}</Tag>}</span>
        <span className="xj-facts-line xj-small">
          {leadSecond(row) && <span>{leadSecond(row)}</span>}
          {typeof row.source === 'string' && <span>{say(context.names.named('sources', row.source), row.source)}</span>}
          {entered && <span>{t('pool.since', { at: moment(entered, tongue) })}</span>}
          {typeof row.pool_reason === 'string' && <span>{t(`pool_told.because.${row.pool_reason}`)}</span>}
          {cooling && <span>{cooling}</span>}
        </span>
      </div>
      <Button icon="hand" className="xj-end" reason={reason} disabled={pick.isPending} onClick={() => pick.mutate({ pool: pool.key, record: row.id }, { onSuccess: (written) => { done(t('pool.picked'), written?.change); void navigate({ to: '/leads/$id', params: { id: row.id } }) }, onError: refused })}>{t('next.pick')}</Button>
    </li>
  )
}
