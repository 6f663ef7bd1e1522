/** What an entry set going, told to whoever made it: the clock it stopped, what rules did, what is scheduled from it. */
import { useQuery } from '@tanstack/react-query'
import type { Text } from '@/api/types'
import { call } from '@/lib/api'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { partKey } from '@/metadata/records'

interface TriggeredBy { clock_stopped: boolean; status_moved: boolean; runs: { name?: Text | null; sentence: Text }[]; next: { name?: Text; due: string }[]; effective: boolean; settled: boolean }

/** Asked again until the rules have read the entry; a screen that is live hears of it anyway. */
const useTriggered = (lead: string, change: string | undefined) => useQuery({
  queryKey: partKey('lead', lead, `triggered.${change}`),
  queryFn: ({ signal }) => call<TriggeredBy>('get', '/api/v1/leads/{id}/touches/{change}', { path: { id: lead, change: change! }, signal }),
  enabled: Boolean(change),
  refetchInterval: (query) => (query.state.data?.settled || query.state.dataUpdateCount > 8 ? false : 1000),
  placeholderData: (previous) => previous,
})

export function Triggered({ lead, change, counted = true }: { lead: string; change: string | undefined; counted?: boolean }) {
  const { t, tongue, say } = useTongue()
  const { data } = useTriggered(lead, change)
  if (!data && counted) return null
  return (
    <ul className="xj-small xj-second xj-triggered" aria-label={t('one_tap.triggered')}>
      {!counted && <li>{t('touch.not_counted')}</li>}
      {data?.clock_stopped && <li>{t('one_tap.clock_stopped')}</li>}
      {data?.runs.map((run, at) => <li key={at}>{say(run.sentence)}</li>)}
      {data?.next.map((row) => <li key={`${say(row.name)}${row.due}`}>{t('one_tap.next', { name: say(row.name), at: moment(row.due, tongue) })}</li>)}
      {data?.settled && !data.effective && counted && <li>{t('one_tap.nothing')}</li>}
    </ul>
  )
}
