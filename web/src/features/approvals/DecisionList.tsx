/** Yes or no asked for by the process: exceptions, "not applicable", actions to confirm as the second role. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { errorText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { AskWhy } from '@/metadata/AskWhy'
import { useDone } from '@/metadata/undo'
import { useValues } from '@/metadata/useValues'
import { useObject } from '@/metadata/schema'
import { optionName } from '@/metadata/values'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import { Tag } from '@/ui/Status'
import type { Decision, Decisions } from './queries'
import { useDecide } from './queries'

export const countOf = (decisions: Decisions | undefined) => (decisions ? decisions.exceptions.length + decisions.not_applicable.length + decisions.confirmations.length : 0)
const keyOf = (kind: string, row: Decision) => `${kind}.${row.id ?? row.record}.${row.action ?? ''}`

export function DecisionList({ decisions }: { decisions: Decisions }) {
  return <ul>{(['exceptions', 'not_applicable', 'confirmations'] as const).flatMap((kind) => decisions[kind].map((row) => <Item key={keyOf(kind, row)} kind={kind} row={row} />))}</ul>
}

function Item({ kind, row }: { kind: keyof Decisions; row: Decision }) {
  const { t, tongue, say } = useTongue()
  const { meta } = useObject(row.object)
  const context = useValues()
  const [refusing, setRefusing] = useState(false)
  const decide = useDecide()
  const done = useDone()
  const stage = meta?.fields.get('stage')
  const send = (yes: boolean, word: string, sent?: () => void) => decide.mutate({ kind, row, yes, word }, { onSuccess: () => { sent?.(); done(t(yes ? 'approval.said.yes' : 'approval.said.no')) } })
  const asker = context.names.person(row.asked_by ?? row.claimed_by)
  const at = row.asked_at ?? row.claimed_at
  const what = kind === 'exceptions' ? t('approval.exception_to', { stage: row.to_stage === 'won' ? t('gate.won') : stage ? optionName(stage, row.to_stage ?? '', tongue) : (row.to_stage ?? '') }) : say(row.name, row.action)
  return (
    <li className="xj-approval" data-decision={kind}>
      <div className="xj-line"><Tag tint>{t(`approval.kind.${kind}`)}</Tag><Link to="/records/$object/$id" params={{ object: row.object, id: row.record }} search={row.action ? { act: row.action } : {}}><strong>{row.title ?? '—'}</strong></Link></div>
      <p>{what}</p>
      {(row.reason || row.note) && <p className="xj-quote">{row.reason || row.note}</p>}
      <p className="xj-facts-line xj-small"><span>{asker}</span>{at && <span>{moment(at, tongue)}</span>}{row.within_hours ? <span>{t('approval.limit', { hours: row.within_hours })}</span> : null}</p>
      {decide.error && !refusing && <Notice kind="error">{errorText(decide.error, t, tongue)}</Notice>}
      {refusing ? <AskWhy draft={keyOf(kind, row)} label={t('approval.why_no')} action={t(kind === 'confirmations' ? 'approval.not_true' : 'approval.refuse')} busy={decide.isPending} error={decide.error} onClose={() => setRefusing(false)} onSend={(word, sent) => send(false, word, sent)} />
        : <div className="xj-line"><Button kind="primary" icon="tick" disabled={decide.isPending} onClick={() => send(true, '')}>{t(kind === 'confirmations' ? 'approval.true' : 'approval.approve')}</Button><Button icon="cross" onClick={() => setRefusing(true)}>{t(kind === 'confirmations' ? 'approval.not_true' : 'approval.refuse')}</Button></div>}
    </li>
  )
}
