/** Beside a definition: its versions with who, why, when and a way back, and what uses it. */
import { Link } from '@tanstack/react-router'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { packWords } from '@/metadata/packWords'
import { QueryState } from '@/metadata/QueryState'
import { useValues } from '@/metadata/useValues'
import { Button } from '@/ui/Button'
import { Empty } from '@/ui/Empty'
import { Tag } from '@/ui/Status'
import { useUsage, useVersions, type Use } from './queries'

interface HistoryProps { kind: string; name: string; may: boolean; busy: boolean; onBack: (version: number) => void; onCompare: (version: number) => void }

/** As the list itself says: what the page knows of the definition may be older or newer than its history. */
const IN_FORCE = 'published'

export function History({ kind, name, may, busy, onBack, onCompare }: HistoryProps) {
  const { t, tongue } = useTongue()
  const query = useVersions(kind, name)
  const context = useValues()
  if (!query.data) return <QueryState query={query} rows={3} />
  if (!query.data.length) return <Empty icon="history" title={t('definitions.no_history')} />
  return (
    <ul aria-label={t('definitions.history')}>
      {query.data.map((row) => (
        <li key={row.version} className="xj-row xj-version">
          <span className="xj-row__main">
            <span className="xj-line"><strong>{row.status === 'draft' ? t('definitions.draft') : t('definitions.version', { version: row.version })}</strong>{row.status === IN_FORCE && <Tag tint>{t('definitions.in_use')}</Tag>}</span>
            <span>{reason(packWords(row.note ?? '', t), t('studio.back_to'), row.status === 'draft' ? '' : t('studio.no_reason'))}</span>
            <span className="xj-facts-line xj-small"><span>{context.names.person(row.published_by ?? row.saved_by) || t('event.system')}</span><span>{moment(row.published_at ?? row.saved_at, tongue)}</span></span>
          </span>
          {row.status !== IN_FORCE && <span className="xj-line"><Button size="small" kind="ghost" onClick={() => onCompare(row.version)}>{t('studio.compare_short')}</Button>{row.status !== 'draft' && may && <Button size="small" icon="undo" disabled={busy} onClick={() => onBack(row.version)}>{t('definitions.roll_back')}</Button>}</span>}
        </li>
      ))}
    </ul>
  )
}

/** The version a roll back led to, of its note. */
export const rolledBackTo = (note: string | null | undefined) => /^= (\d+)$/.exec(note ?? '')?.[1]
const reason = (note: string | null | undefined, backTo: string, none: string) => { const back = rolledBackTo(note); return back ? `${backTo} ${back}` : note || none }

export function Usage({ kind, name, field }: { kind: string; name: string; field?: string }) {
  const query = useUsage(kind, name, field)
  const { t } = useTongue()
  if (!query.data) return <QueryState query={query} rows={3} />
  return query.data.length ? <Users users={query.data} /> : <Empty icon="info" title={t('definitions.no_usage')} />
}

export function Users({ users }: { users: Use[] }) {
  const { t, say } = useTongue()
  return (
    <ul aria-label={t('definitions.usage')}>{users.map((use, at) => {
      const inside = <span className="xj-row__main"><span>{say(use.name, use.key)}</span><span className="xj-facts-line xj-small"><span>{t(`definitions.kind.${use.kind}`, { defaultValue: t('studio.person_data') })}</span>{use.draft && <span>{t('definitions.draft')}</span>}</span></span>
      return <li key={at}>{use.kind === 'person' ? <span className="xj-row">{inside}</span> : <Link to="/settings/$kind/$key" params={{ kind: use.kind, key: use.key }} className="xj-row" style={{ color: 'inherit' }}>{inside}</Link>}</li>
    })}</ul>
  )
}
