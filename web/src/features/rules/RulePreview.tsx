/** What the rule really did: each run as a sentence, because … therefore …, with its record. */
import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import type { RunRow } from '@/api/types'
import { call } from '@/lib/api'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import type { PreviewProps } from '@/metadata/editing'
import { QueryState } from '@/metadata/QueryState'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Tag } from '@/ui/Status'

type Run = RunRow & { object?: string | null; record?: string | null }

export default function RulePreview({ document }: PreviewProps) {
  const { t, tongue, say } = useTongue()
  const key = String(document.key ?? '')
  const query = useQuery({ queryKey: ['rules', 'runs', key], enabled: Boolean(key), queryFn: ({ signal }) => call<{ rows: Run[] }>('get', '/api/v1/rules/{key}/runs', { path: { key }, query: { limit: 20 }, signal }).then((answer) => answer.rows) })
  return (
    <Card flush title={t('rules.runs')}>
      {!key ? <Empty icon="history" title={t('rules.no_runs')} /> : !query.data ? <QueryState query={query} rows={4} /> : query.data.length === 0 ? <Empty icon="history" title={t('rules.no_runs')}>{t('rules.no_runs_help')}</Empty> : (
        <ul aria-label={t('rules.runs')}>{query.data.map((run) => (
          <li key={run.id} className="xj-row"><span className="xj-row__main">
            <span>{say(run.sentence, run.outcome)}</span>
            <span className="xj-line xj-small xj-muted"><span>{moment(run.at, tongue)}</span>{run.outcome !== 'acted' && <Tag>{t(`runs.outcome.${run.outcome}`, { defaultValue: run.outcome })}</Tag>}{run.record && (run.object === 'lead' || !run.object ? <Link to="/leads/$id" params={{ id: run.record }}>{t('rules.open_record')}</Link> : <Link to="/records/$object/$id" params={{ object: run.object, id: run.record }}>{t('rules.open_record')}</Link>)}</span>
          </span></li>
        ))}</ul>
      )}
    </Card>
  )
}
