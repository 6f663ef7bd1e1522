/** The visible flow of an approval: every node with its people and their votes; the open one with how long it has waited. */
import { useNow } from '@/lib/clock'
import { useTongue } from '@/lib/text'
import { lasted, moment } from '@/lib/time'
import { Icon, type IconName } from '@/ui/Icon'
import { Status, Tag } from '@/ui/Status'
import type { Approval, Node, Vote } from './queries'

const SIGN: Record<Vote['state'], IconName> = { waiting: 'clock', yes: 'tick', no: 'cross', passed_on: 'right', not_needed: 'dash' }

export function FlowSteps({ approval }: { approval: Approval }) {
  const { t } = useTongue()
  return <ol className="xj-flow" aria-label={t('approval.flow')}>{approval.nodes.map((node) => <Step key={node.key} node={node} approval={approval} />)}</ol>
}

function Step({ node, approval }: { node: Node; approval: Approval }) {
  const { t, tongue, say } = useTongue()
  const now = useNow(30_000)
  const due = node.votes.find((vote) => vote.state === 'waiting' && vote.due_at)?.due_at
  const late = Boolean(due && Date.parse(due) < now)
  const age = node.waiting_since ? lasted((now - Date.parse(node.waiting_since)) / 1000, tongue) : ''
  const person = (id: string | null) => (id ? (approval.people[id] ?? '') : '')
  return (
    <li className="xj-flow__node" data-node={node.key} data-state={node.state} data-late={late || undefined}>
      <span className="xj-flow__mark"><Icon name={node.state === 'done' ? 'tick' : node.state === 'open' ? 'clock' : 'dash'} size={12} /></span>
      <div className="xj-grow xj-stack-8">
        <div className="xj-line">
          <strong>{say(node.name, node.key)}</strong>
          {node.votes.length !== 1 && <Tag>{t(`approval.mode.${node.mode}`)}</Tag>}
          {node.state === 'open' && <Status kind={late ? 'overdue' : 'soon'}>{t(late ? 'approval.late' : 'approval.stuck')} <b>{age}</b></Status>}
          {node.state === 'ahead' && <span className="xj-small xj-muted">{node.hours !== null ? t('approval.limit', { hours: node.hours }) : t('approval.ahead')}</span>}
        </div>
        {node.votes.length > 0 && (
          <ul className="xj-votes">
            {node.votes.map((vote, at) => (
              <li key={at} data-vote={vote.state}>
                <Icon name={SIGN[vote.state]} size={14} />
                <span className="xj-grow">
                  <span>{person(vote.person)}{vote.stands_for && vote.stands_for !== vote.person ? t('approval.stands_for', { who: person(vote.stands_for) }) : ''}</span> <span className="xj-second">{t(`approval.vote.${vote.state}`)}</span>
                  {vote.at && <span className="xj-small xj-muted"> {moment(vote.at, tongue)}</span>}
                  {vote.comment && <div className="xj-quote">{vote.comment}</div>}
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </li>
  )
}
