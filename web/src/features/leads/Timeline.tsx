/** The log of a record, newest first, by day; claimed touches are marked. */
import { useMemo } from 'react'
import type { TimelineEvent } from '@/api/types'
import { useTongue } from '@/lib/text'
import { dayOf, exact, longDay, timeOfDay } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { useTimeline } from '@/metadata/records'
import type { ObjectMeta } from '@/metadata/schema'
import { useValues } from '@/metadata/useValues'
import { Button } from '@/ui/Button'
import { Empty } from '@/ui/Empty'
import { Icon } from '@/ui/Icon'
import { Tag } from '@/ui/Status'
import { eventSign, eventWords, readable } from './eventWords'

const ALERT = /^rule\.escalated|^lead\.returned/

export function Timeline({ object, id, meta, most }: { object: string; id: string; meta: ObjectMeta | null; most?: number }) {
  const { t } = useTongue()
  const query = useTimeline(object, id)
  const people = useMemo(() => Object.assign({}, ...(query.data?.pages.map((page) => page.people ?? {}) ?? [])) as Record<string, string>, [query.data])
  if (!query.data) return <QueryState query={query} />
  const rows = readable(query.data.pages.flatMap((page) => page.rows), meta).slice(0, most)
  if (!rows.length) return <Empty icon="history" title={t('lead.no_events')} />
  return (
    <>
      <Events rows={rows} meta={meta} people={people} />
      {query.hasNextPage && !most && <div className="xj-list__foot"><Button kind="ghost" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('lead.more_events')}</Button></div>}
    </>
  )
}

export function Events({ rows, meta, people }: { rows: TimelineEvent[]; meta: ObjectMeta | null; people: Record<string, string> }) {
  const { t, tongue } = useTongue()
  const context = useValues(people)
  let day = ''
  return (
    <ol className="xj-timeline">
      {rows.map((event) => {
        const words = eventWords(event, t, meta, context, people)
        const at = Date.parse(event.occurred_at)
        const its = dayOf(at)
        const fresh = its !== day
        day = its
        const tone = event.type.startsWith('touch.') && event.type !== 'touch.note' ? ' xj-timeline__item--touch' : ALERT.test(event.type) ? ' xj-timeline__item--alert' : ''
        return (
          <li key={event.id} data-event={event.type}>
            {fresh && <h2 className="xj-timeline__day">{longDay(at, tongue)}</h2>}
            <div className={`xj-timeline__item${tone}`}>
              <span className="xj-timeline__sign"><Icon name={eventSign(event)} /></span>
              <time className="xj-timeline__time" dateTime={event.occurred_at} title={exact(event.occurred_at)}>{timeOfDay(event.occurred_at)}</time>
              <div className="xj-timeline__text">
                {words.text} {event.claimed && event.type.startsWith('touch.') && <Tag title={t('touch.claimed_help')}>{t('touch.claimed')}</Tag>}
                {words.details.map((line) => <div key={line} className="xj-small xj-muted">{line}</div>)}
                {words.quote && <div className="xj-quote">{words.quote}</div>}
              </div>
            </div>
          </li>
        )
      })}
    </ol>
  )
}
