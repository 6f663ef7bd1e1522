/** One approval whole: what is asked and by whom, what was known then, the flow, and what the reader can do about it. */
import { Link } from '@tanstack/react-router'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { useObject } from '@/metadata/schema'
import { useValues } from '@/metadata/useValues'
import { valueText } from '@/metadata/values'
import { Status, type StatusKind } from '@/ui/Status'
import { ApprovalActions } from './ApprovalActions'
import { FlowSteps } from './FlowSteps'
import type { Approval } from './queries'
import './approvals.css'

const LOOK: Record<Approval['status'], StatusKind> = { running: 'soon', approved: 'done', refused: 'overdue', withdrawn: 'idle', reopened: 'soon' }

export const ApprovalStatus = ({ approval }: { approval: Pick<Approval, 'status'> }) => { const { t } = useTongue(); return <Status kind={LOOK[approval.status]}>{t(`approval.status.${approval.status}`)}</Status> }

export function ApprovalView({ approval, plain }: { approval: Approval; plain?: boolean }) {
  const { t, tongue, say } = useTongue()
  const { meta } = useObject(approval.object)
  const context = useValues(approval.people)
  const facts = Object.entries(approval.snapshot).flatMap(([key, value]) => { const field = meta?.fields.get(key); const text = field ? valueText(value, field, context) : ''; return field && text ? [[say(field.name, key), text] as const] : [] })
  return (
    <article className="xj-approval" data-approval={approval.id} data-status={approval.status}>
      {!plain && (
        <header className="xj-stack-8">
          <div className="xj-line"><h2>{approval.title || '—'}</h2><ApprovalStatus approval={approval} /></div>
          <p className="xj-facts-line"><span>{t('approval.asked_by', { who: approval.people[approval.asked_by] ?? '', at: moment(approval.asked_at, tongue) })}</span><Link to="/records/$object/$id" params={{ object: approval.object, id: approval.record }}>{t('approval.open_record')}</Link></p>
        </header>
      )}
      {approval.reason && <p className="xj-quote">{approval.reason}</p>}
      {facts.length > 0 && <section aria-label={t('approval.snapshot')}><h3 className="xj-small xj-muted">{t('approval.snapshot')}</h3><dl className="xj-facts">{facts.map(([name, text]) => <div key={name} style={{ display: 'contents' }}><dt>{name}</dt><dd>{text}</dd></div>)}</dl></section>}
      <FlowSteps approval={approval} />
      {approval.cc.length > 0 && <p className="xj-small xj-muted">{t('approval.copied_to', { names: approval.cc.map((id) => approval.people[id] ?? '').filter(Boolean).join('、') })}</p>}
      <ApprovalActions approval={approval} />
    </article>
  )
}
