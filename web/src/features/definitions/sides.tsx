/** Beside a definition: its versions with roll back, and what uses it. */
import { Link } from '@tanstack/react-router'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { useRefused } from '@/metadata/undo'
import { useValues } from '@/metadata/useValues'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Tag } from '@/ui/Status'
import { showToast } from '@/ui/Toast'
import { useLife, useUsage, useVersions } from './queries'

export function VersionsCard({ kind, name, current, may, onRolledBack }: { kind: string; name: string; current: number | null; may: boolean; onRolledBack: () => void }) {
  const { t, tongue } = useTongue()
  const query = useVersions(kind, name)
  const context = useValues()
  const { rollBack } = useLife(kind, name)
  const refused = useRefused()
  const back = (version: number) => rollBack.mutate(version, { onSuccess: () => { showToast({ kind: 'done', text: t('definitions.rolled_back', { version }) }); onRolledBack() }, onError: refused })
  return (
    <Card flush title={t('definitions.history')}>
      {!query.data ? <QueryState query={query} rows={3} /> : query.data.length === 0 ? <Empty icon="history" title={t('definitions.no_history')} /> : (
        <ul>{query.data.map((row) => (
          <li key={row.version} className="xj-row">
            <span className="xj-row__main"><span>{t('definitions.version', { version: row.version })} {row.note}</span><span className="xj-facts-line xj-small"><span>{moment(row.published_at ?? row.saved_at, tongue)}</span><span>{context.names.person(row.published_by ?? row.saved_by) || row.origin || t('event.system')}</span></span></span>
            {row.version === current ? <Tag tint>{t('definitions.in_use')}</Tag> : row.status === 'draft' ? <Tag>{t('definitions.draft')}</Tag> : may && <Button size="small" icon="undo" disabled={rollBack.isPending} onClick={() => back(row.version)}>{t('definitions.roll_back')}</Button>}
          </li>
        ))}</ul>
      )}
    </Card>
  )
}

export function UsageCard({ kind, name }: { kind: string; name: string }) {
  const { t, say } = useTongue()
  const query = useUsage(kind, name)
  return (
    <Card flush title={t('definitions.usage')}>
      {!query.data ? <QueryState query={query} rows={3} /> : query.data.length === 0 ? <Empty icon="info" title={t('definitions.no_usage')} /> : (
        <ul>{query.data.map((use, at) => (
          <li key={at}><Link to="/settings/$kind/$key" params={{ kind: use.kind, key: use.key }} className="xj-row" style={{ color: 'inherit' }}><span className="xj-row__main"><span>{say(use.name, use.key)}</span><span className="xj-facts-line xj-small"><span>{t(`definitions.kind.${use.kind}`, { defaultValue: use.kind })}</span>{use.draft && <span>{t('definitions.draft')}</span>}</span></span></Link></li>
        ))}</ul>
      )}
    </Card>
  )
}
