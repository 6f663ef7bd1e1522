/** Tasks, dispatch ledger, changes and rule runs of one lead. */
import { useQueryClient } from '@tanstack/react-query'
import type { LedgerRow } from '@/api/types'
import { useNow } from '@/lib/clock'
import { useTongue } from '@/lib/text'
import { exact, moment } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { refreshRecord, useHistory, useRecordPage, useRuns, useUpdateRecord } from '@/metadata/records'
import type { ObjectMeta } from '@/metadata/schema'
import { useDone, useRefused } from '@/metadata/undo'
import { useValues } from '@/metadata/useValues'
import { Button } from '@/ui/Button'
import { Empty } from '@/ui/Empty'
import { Status, Tag } from '@/ui/Status'
import { changeWords } from './eventWords'
import { useLedger } from './queries'

export function LeadTasks({ id }: { id: string }) {
  const { t, tongue } = useTongue()
  const now = useNow(30_000)
  const query = useRecordPage('task', { filter: `subject_lead == "${id}"`, sort: '-created_at' })
  const context = useValues(query.data?.people)
  const update = useUpdateRecord('task')
  const done = useDone()
  const refused = useRefused()
  if (!query.data) return <QueryState query={query} rows={3} />
  if (!query.data.rows.length) return <Empty icon="task" title={t('task.none_here')}>{t('task.none_here_help')}</Empty>
  return (
    <ul>
      {query.data.rows.map((task) => {
        const due = typeof task.due_at === 'string' ? task.due_at : null
        const open = task.status === 'open'
        const kind = !open ? 'done' : due && Date.parse(due) < now ? 'overdue' : 'ontrack'
        return (
          <li key={task.id} className="xj-row">
            <Status kind={kind}>{t(`task.state.${kind}`)}{open && due && <b>{moment(due, tongue)}</b>}</Status>
            <div className="xj-row__main">
              <span>{String(task.title ?? '')}</span>
              <span className="xj-small xj-muted">{context.names.person(String(task.assignee ?? ''))}</span>
              {typeof task.pack === 'string' && task.pack && <div className="xj-quote">{task.pack}</div>}
            </div>
            {open && task.can?.update !== false && <Button size="small" icon="tick" onClick={() => update.mutate({ id: task.id, version: task.version, values: { status: 'done' }, was: task }, { onSuccess: (written) => done(t('task.done'), written?.change), onError: refused })}>{t('task.finish')}</Button>}
          </li>
        )
      })}
    </ul>
  )
}

export function LeadLedger({ id, brief }: { id: string; brief?: boolean }) {
  const { t } = useTongue()
  const query = useLedger(id)
  if (!query.data) return <QueryState query={query} rows={3} />
  const rows = brief ? query.data.rows.slice(0, 1) : query.data.rows
  if (!rows.length) return <Empty icon="ledger" title={t('ledger.none')}>{t('ledger.none_help')}</Empty>
  return <div>{rows.map((row) => <LedgerEntry key={row.id} row={row} people={query.data.people} open={!brief} />)}</div>
}

function LedgerEntry({ row, people, open }: { row: LedgerRow; people: Record<string, string> | undefined; open: boolean }) {
  const { t, tongue, say } = useTongue()
  const { names } = useValues(people)
  const chosen = names.person(row.chosen) || say(names.named('pools', row.pool)) || t('ledger.nobody')
  const rule = say(row.row_name) || row.row_key || ''
  const why = say({ zh: str(row.reason?.zh), en: str(row.reason?.en) })
  return (
    <section className="xj-ledger__entry" aria-label={`${t(`ledger.action.${row.action}`, { defaultValue: row.action })} ${chosen}`}>
      <div className="xj-line"><strong>{t(`ledger.action.${row.action}`, { defaultValue: row.action })} → {chosen}</strong><span className="xj-small xj-muted" title={exact(row.at)}>{moment(row.at, tongue)}</span>{row.reason?.taken_back ? <Tag>{t('ledger.taken_back')}</Tag> : null}{row.table_version ? <Tag>{t('ledger.version', { version: row.table_version })}</Tag> : null}</div>
      {rule && <p className="xj-second">{t('ledger.by_row', { rule })}</p>}
      {why && <p className="xj-second">{why}</p>}
      {row.candidates.length > 0 && (
        <details open={open}>
          <summary className="xj-small">{t('ledger.candidates', { count: row.candidates.length })}</summary>
          <div className="xj-scroll-x" tabIndex={0} role="region" aria-label={t('ledger.candidates', { count: row.candidates.length })}>
            <table className="xj-table">
              <thead><tr><th scope="col">{t('ledger.person')}</th><th scope="col" className="xj-num">{t('ledger.weight')}</th><th scope="col" className="xj-num">{t('ledger.load')}</th><th scope="col">{t('ledger.result')}</th></tr></thead>
              <tbody>
                {row.candidates.map((each) => (
                  <tr key={each.person}>
                    <td>{names.person(each.person) || each.person}</td>
                    <td className="xj-num">{typeof each.weight === 'number' ? each.weight.toFixed(2) : '–'}</td>
                    <td className="xj-num">{each.open !== undefined ? `${each.open}${each.capacity ? `/${each.capacity}` : ''}` : '–'}</td>
                    <td>{each.chosen || each.person === row.chosen ? <><Tag tint>{t('ledger.chosen')}</Tag> <span className="xj-second">{say({ zh: each.zh ?? '', en: each.en ?? '' })}</span></> : <span className="xj-second">{say({ zh: each.zh ?? '', en: each.en ?? '' }) || (each.excluded ? t(`ledger.excluded.${each.excluded}`, { defaultValue: each.excluded }) : t('ledger.lower'))}</span>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
    </section>
  )
}

const str = (value: unknown) => (typeof value === 'string' ? value : '')

export function LeadHistory({ id, meta }: { id: string; meta: ObjectMeta | null }) {
  const { t, tongue } = useTongue()
  const client = useQueryClient()
  const query = useHistory('lead', id)
  const context = useValues(query.data?.people)
  if (!query.data) return <QueryState query={query} rows={4} />
  if (!query.data.rows.length) return <Empty icon="history" title={t('history.none')} />
  return (
    <div className="xj-scroll-x" tabIndex={0} role="region" aria-label={t('lead.tab.history')}>
      <table className="xj-table">
        <thead><tr><th scope="col">{t('history.at')}</th><th scope="col">{t('history.who')}</th><th scope="col">{t('history.what')}</th></tr></thead>
        <tbody>
          {query.data.rows.map((row) => (
            <tr key={row.id}>
              <td title={exact(row.at)} style={{ whiteSpace: 'nowrap' }}>{moment(row.at, tongue)}</td>
              <td style={{ whiteSpace: 'nowrap' }}>{context.names.person(row.person) || t('event.system')}</td>
              <td>{changeWords(row.changes ?? {}, meta, context, 50).map((line) => <div key={line}>{line}</div>)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="xj-list__foot"><Button kind="ghost" size="small" icon="refresh" onClick={() => refreshRecord(client, 'lead', id)}>{t('common.refresh')}</Button></div>
    </div>
  )
}

export function LeadRuns({ id }: { id: string }) {
  const { t, tongue, say } = useTongue()
  const query = useRuns('lead', id)
  if (!query.data) return <QueryState query={query} rows={3} />
  if (!query.data.rows.length) return <Empty icon="bell" title={t('runs.none')} />
  return (
    <ul>
      {query.data.rows.map((run) => (
        <li key={run.id} className="xj-row">
          <Status kind={run.outcome === 'acted' ? 'done' : run.outcome === 'failed' ? 'overdue' : 'idle'}>{t(`runs.outcome.${run.outcome}`, { defaultValue: run.outcome })}</Status>
          <div className="xj-row__main"><span>{say(run.sentence) || say(run.rule_name, run.rule)}</span><span className="xj-small xj-muted">{say(run.rule_name, run.rule)} · {moment(run.at, tongue)}</span></div>
        </li>
      ))}
    </ul>
  )
}
