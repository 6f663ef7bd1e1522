/** The approvals inbox: what waits for me, what I asked for, what I decided, what I was copied on; and who sits in for me. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ApprovalStatus, ApprovalView } from '@/features/approvals/ApprovalView'
import { countOf, DecisionList } from '@/features/approvals/DecisionList'
import { Delegations } from '@/features/approvals/Delegations'
import { useApproval, useApprovals, useDecisions, type Approval, type Box } from '@/features/approvals/queries'
import { useNow } from '@/lib/clock'
import { useIsPhone } from '@/lib/screen'
import { useTongue } from '@/lib/text'
import { lasted, moment } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Page } from '@/ui/Page'
import { Status } from '@/ui/Status'
import { Tabs } from '@/ui/Tabs'
import '@/features/approvals/approvals.css'
import '@/features/leads/lead.css'

const BOXES: Box[] = ['waiting', 'asked', 'done', 'copied']

export default function ApprovalsPage() {
  const { t } = useTongue()
  const phone = useIsPhone()
  const now = useNow(30_000)
  const search = useSearch({ strict: false }) as { box?: string; id?: string }
  const navigate = useNavigate()
  const box = BOXES.includes(search.box as Box) ? (search.box as Box) : 'waiting'
  const query = useApprovals(box)
  const waiting = useApprovals('waiting').data
  const decisions = useDecisions()
  const put = (next: { box?: string; id?: string }) => void navigate({ to: '/approvals', search: next, replace: !next.id, resetScroll: false })
  const rows = query.data?.rows ?? []
  const asked = search.id && !rows.some((row) => row.id === search.id) ? search.id : undefined
  const single = useApproval(asked)
  const chosen = search.id ? (rows.find((row) => row.id === search.id) ?? single.data) : !phone ? rows[0] : undefined
  const mine = (waiting?.rows.length ?? 0) + countOf(decisions.data)
  const late = waiting?.rows.filter((row) => row.due_at && Date.parse(row.due_at) < now).length ?? 0
  const other = box === 'waiting' ? countOf(decisions.data) : 0
  const reading = phone && search.id
  return (
    <Page title={t('nav.approvals')} {...(reading ? { back: `/approvals?box=${box}` } : {})}>
      {!reading && (
        <div className="xj-page__head">
          <h1>{!waiting ? t('nav.approvals') : mine ? t('approval.head', { count: mine }) + (late ? t('approval.head_late', { count: late }) : '') : t('approval.head_none')}</h1>
          <div className="xj-page__actions xj-scroll-x"><Tabs label={t('nav.approvals')} value={box} onChange={(next) => put({ box: next })} tabs={BOXES.map((key) => ({ key, label: t(`approval.box.${key}`), ...(key === 'waiting' && mine ? { count: mine } : {}) }))} /></div>
        </div>
      )}
      {search.id && !chosen && <Card><QueryState query={single} rows={4} /></Card>}
      {reading ? chosen && <><h1 className="xj-sr">{chosen.title}</h1><Card><ApprovalView key={chosen.id} approval={chosen} /></Card></> : (
        <div className="xj-approvals" data-two={rows.length > 0 || undefined}>
          <div className="xj-stack">
            {box === 'waiting' && (decisions.data ? other > 0 && <Card flush title={t('approval.decisions', { count: other })}><DecisionList decisions={decisions.data} /></Card> : <Card flush><QueryState query={decisions} rows={2} /></Card>)}
            <Card flush label={t(`approval.box.${box}`)}>
              {!query.data ? <QueryState query={query} rows={4} /> : !rows.length ? (other > 0 ? <p className="xj-card__body xj-muted">{t('approval.none.waiting')}</p> : <Empty icon="tick" title={t(`approval.none.${box}`)}>{t('approval.none_help')}</Empty>)
                : <ul>{rows.map((row) => <Row key={row.id} row={row} now={now} current={row.id === chosen?.id} onOpen={() => put({ box, id: row.id })} />)}</ul>}
            </Card>
            {!chosen && <Delegations />}
          </div>
          {!phone && chosen && <div className="xj-stack"><Card><ApprovalView key={chosen.id} approval={chosen} /></Card><Delegations /></div>}
        </div>
      )}
      {reading && <Button block onClick={() => put({ box })}>{t('approval.back_to_list')}</Button>}
    </Page>
  )
}

function Row({ row, now, current, onOpen }: { row: Approval; now: number; current: boolean; onOpen: () => void }) {
  const { t, tongue, say } = useTongue()
  const node = row.nodes.find((each) => each.state === 'open')
  const late = Boolean(row.due_at && Date.parse(row.due_at) < now)
  return (
    <li>
      <button type="button" className={`xj-row${current ? ' xj-row--current' : ''}${late ? ' xj-row--overdue' : ''}`} aria-current={current || undefined} onClick={onOpen}>
        <span className="xj-row__main">
          <strong>{row.title || '—'}</strong>
          <span className="xj-facts-line xj-small"><span>{row.people[row.asked_by] ?? ''}</span><span>{moment(row.asked_at, tongue)}</span>{row.reason && <span className="xj-ellipsis">{row.reason}</span>}</span>
        </span>
        {node && node.waiting_since ? <Status kind={late ? 'overdue' : 'soon'}>{say(node.name, node.key)} <b>{lasted((now - Date.parse(node.waiting_since)) / 1000, tongue)}</b></Status> : <ApprovalStatus approval={row} />}
      </button>
      <span className="xj-sr">{late ? t('approval.late') : ''}</span>
    </li>
  )
}
