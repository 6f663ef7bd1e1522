/** The audit log: who did what when, and whether the line is sealed. */
import { useDeferredValue, useState } from 'react'
import { aboutWords, auditLines, type AuditNames } from '@/features/admin/auditWords'
import { useAudit, usePeople, type AuditRow } from '@/features/admin/queries'
import { useIsPhone } from '@/lib/screen'
import { useTongue } from '@/lib/text'
import { exact } from '@/lib/time'
import { useReading } from '@/metadata/conditions/queries'
import { QueryState } from '@/metadata/QueryState'
import { useSchema } from '@/metadata/schema'
import { useRight } from '@/metadata/session'
import { useValues } from '@/metadata/useValues'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Page } from '@/ui/Page'
import { Status } from '@/ui/Status'

const ACTIONS = ['session.signed_in', 'session.signed_out', 'session.see_as_started', 'session.see_as_ended', 'field.revealed', 'contact.looked_for', 'audit.chain_read', 'audit.file_read', 'login.password_changed', 'login.totp_started', 'person.saved', 'person.invited', 'person.left', 'unit.saved', 'token.made', 'token.revoked', 'definition.published', 'definition.retired', 'definition.quarantined', 'definition.released', 'export', 'receipt.read', 'lead.assign', 'outbox.resent', 'channel.tested', 'calendar.holidays_changed', 'clock.advanced', 'sample.removed'] as const

export default function AuditPage() {
  const { t } = useTongue()
  const phone = useIsPhone()
  const [action, setAction] = useState('')
  const [person, setPerson] = useState('')
  const query = useAudit(useDeferredValue({ action, person }))
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? []
  const waiting = rows.filter((row) => !row.sealed).length
  return (
    <Page title={t('screens.audit')}>
      <div className="xj-page__head">
        <h1>{query.data ? t(waiting ? 'audit.head_waiting' : 'audit.head', { count: waiting }) : t('screens.audit')}</h1>
        <div className="xj-page__actions">
          <select className="xj-input" style={{ width: 'auto' }} aria-label={t('audit.action')} value={action} onChange={(event) => setAction(event.target.value)}>
            <option value="">{t('audit.any_action')}</option>
            {ACTIONS.map((each) => <option key={each} value={each}>{t(`audit.did.${each.replace('.', '_')}`)}</option>)}
          </select>
          <PersonFilter value={person} onChange={setPerson} />
        </div>
      </div>
      <Card flush>
        {!query.data ? <QueryState query={query} rows={8} /> : rows.length === 0 ? <Empty icon="history" title={t('audit.none')} /> : phone ? (
          <ul aria-label={t('screens.audit')}>{rows.map((row) => <Item key={row.id} row={row} />)}</ul>
        ) : (
          <div className="xj-scroll-x" tabIndex={0} role="region" aria-label={t('screens.audit')}>
            <table className="xj-table">
              <thead><tr><th>{t('audit.at')}</th><th>{t('audit.who')}</th><th>{t('audit.what')}</th><th>{t('audit.about')}</th><th>{t('audit.sealed')}</th></tr></thead>
              <tbody>{rows.map((row) => <Line key={row.id} row={row} />)}</tbody>
            </table>
          </div>
        )}
        {query.hasNextPage && <div className="xj-list__foot"><Button kind="ghost" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('common.more_rows')}</Button></div>}
      </Card>
    </Page>
  )
}

function PersonFilter({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const { t } = useTongue()
  return useRight('people.read') ? <PersonSelect value={value} onChange={onChange} label={t('audit.any_person')} /> : null
}

function PersonSelect({ value, onChange, label }: { value: string; onChange: (id: string) => void; label: string }) {
  const people = usePeople().data?.rows ?? []
  return <select className="xj-input" style={{ width: 'auto' }} aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}><option value="">{label}</option>{people.map((each) => <option key={each.id} value={each.id}>{each.name}</option>)}</select>
}

/** A line of the log in words: what was done, by whom, about what. */
function useWords(row: AuditRow) {
  const { t, tongue, say } = useTongue()
  const { data: schema } = useSchema()
  const context = useValues()
  const objectOf = (key: string) => schema?.objects.find((each) => each.key === key)
  const names: AuditNames = {
    t, tongue, person: (id) => context.names.person(id) || '',
    object: (key) => say(objectOf(key)?.name, ''),
    field: (object, key) => say(objectOf(object)?.fields.find((field) => field.key === key)?.name, ''),
    named: (list, key) => say(schema?.[list]?.find((each) => each.key === key)?.name, ''),
  }
  return {
    who: row.person_name ?? t('audit.system'), did: t(`audit.did.${row.action.replace('.', '_')}`, { defaultValue: row.action }), about: aboutWords(row, names), lines: auditLines(row, names),
    seal: <Status kind={row.sealed ? 'done' : 'idle'}>{row.sealed ? t('audit.seal', { count: row.sealed }) : t('audit.unsealed')}</Status>,
  }
}

/** What was asked for, as a sentence; the expression itself where none can be made of it. */
function FilterWords({ object, cel }: { object: string; cel: string }) {
  const { t, say } = useTongue()
  const { data } = useReading(object, cel)
  return <span>{t('audit.key.filter')}: {data ? say(data.sentence) || cel : '…'}</span>
}

function About({ row, about, lines }: { row: AuditRow; about: string; lines: string[] }) {
  const filter = typeof row.data.filter === 'string' ? row.data.filter : ''
  if (!about && !lines.length && !filter) return null
  return <span className="xj-stack-2 xj-small xj-second">{about && <span>{about}</span>}{lines.map((line) => <span key={line}>{line}</span>)}{filter && row.object && <FilterWords object={row.object} cel={filter} />}</span>
}

function Line({ row }: { row: AuditRow }) {
  const { who, did, about, lines, seal } = useWords(row)
  return (
    <tr>
      <td style={{ whiteSpace: 'nowrap' }}>{exact(row.at)}</td>
      <td>{who}{row.ip && <div className="xj-small xj-muted">{row.ip}</div>}</td>
      <td>{did}</td>
      <td style={{ minWidth: 200 }}><About row={row} about={about} lines={lines} /></td>
      <td>{seal}</td>
    </tr>
  )
}

function Item({ row }: { row: AuditRow }) {
  const { who, did, about, lines, seal } = useWords(row)
  return (
    <li className="xj-row">
      <span className="xj-row__main">
        <span className="xj-line-nowrap"><strong className="xj-grow">{did}</strong>{seal}</span>
        <About row={row} about={about} lines={lines} />
        <span className="xj-facts-line xj-small"><span>{who}</span><span>{exact(row.at)}</span>{row.ip && <span>{row.ip}</span>}</span>
      </span>
    </li>
  )
}
