/** One required action: its state, what it lacks and who can supply it; opened, everything that can be done about it. */
import { useState } from 'react'
import type { RecordRow } from '@/api/types'
import { errorText, whoName } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import type { ObjectMeta } from '@/metadata/schema'
import { useDone } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Tag } from '@/ui/Status'
import { AddEvidence } from './AddEvidence'
import { AskWhy } from '@/metadata/AskWhy'
import { EvidenceList } from './EvidenceList'
import { NeedFields } from './NeedFields'
import { useStep, type ActionView } from './queries'
import { StateChip } from './StateChip'

interface ItemProps { object: string; record: RecordRow; meta: ObjectMeta; action: ActionView; people: Record<string, string>; open: boolean; onOpen: (open: boolean) => void; onApproval?: ((flow: string) => void) | undefined }

export function ActionItem({ object, record, meta, action, people, open, onOpen, onApproval }: ItemProps) {
  const { t, tongue, say } = useTongue()
  const name = say(action.name, action.key)
  const panel = `action-${action.key}`
  return (
    <li className="xj-action" data-action={action.key} data-done={action.done || undefined}>
      <h3 className="xj-action__head">
        <button type="button" className="xj-action__row" aria-expanded={open} aria-controls={open ? panel : undefined} onClick={() => onOpen(!open)}>
          <StateChip state={action.state} asked={action.said.asked} />
          <span className="xj-row__main">
            <span className="xj-line"><strong>{name}</strong>{!action.required && <Tag>{t('deal.optional')}</Tag>}{!action.concerns && <Tag>{t('deal.not_concerned')}</Tag>}</span>
            <span className="xj-facts-line xj-small"><span>{t('deal.by', { who: whoName(action.by, t, tongue) })}</span>{action.limit_hours !== null && <span>{t('deal.within', { hours: action.limit_hours })}</span>}{action.confirm && <span>{t('deal.confirmed_by', { who: whoName(action.confirm.role, t, tongue) })}</span>}{!open && !action.done && action.missing[0] && <span className="xj-action__lack">{say(action.missing[0].message)}</span>}</span>
          </span>
          <Icon name={open ? 'up' : 'down'} />
        </button>
      </h3>
      {open && <div id={panel} className="xj-action__panel"><Panel object={object} record={record} meta={meta} action={action} people={people} onApproval={onApproval} /></div>}
    </li>
  )
}

function Panel({ object, record, meta, action, people, onApproval }: Omit<ItemProps, 'open' | 'onOpen'>) {
  const { t, tongue, say } = useTongue()
  const done = useDone()
  const step = useStep(object, record.id)
  const [asking, setAsking] = useState<'na' | 'no' | 'refuse' | 'claim' | null>(null)
  const { said, can } = action
  const send = (what: Parameters<typeof step.mutate>[0]['what'], body: Record<string, unknown>, word: string, sent?: () => void) => step.mutate({ what, action: action.key, body }, { onSuccess: () => { sent?.(); setAsking(null); done(word) } })
  const name = say(action.name, action.key)
  const lacks = action.missing.filter((each) => each.kind !== 'field' || !record.can?.update) // the fields themselves stand below
  const wordOnly = action.missing.some((each) => each.kind === 'claim')
  const waits = action.missing.some((each) => each.kind === 'confirm')
  const flow = action.missing.find((each) => each.kind === 'approval')?.detail
  const ask = (kind: Exclude<typeof asking, null>) => { step.reset(); setAsking(kind) }
  const person = (id: string | null | undefined) => (id ? (people[id] ?? '') : '')
  return (
    <div className="xj-stack">
      {lacks.length > 0 && <ul className="xj-lacks" aria-label={t('deal.lacks')}>{lacks.map((each) => <li key={`${each.kind}.${each.detail}`}><Icon name="dash" size={14} /><span>{say(each.message)}</span><span className="xj-small xj-muted">{t('errors.who_can', { who: whoName(each.who, t, tongue) })}</span></li>)}</ul>}
      {said.asked && <Notice>{t('deal.na_waiting', { who: person(said.claimed_by), reason: said.note ?? '' })}</Notice>}
      {action.state === 'na' && said.decided_by && <p className="xj-second">{t('deal.na_granted', { who: person(said.decided_by), at: said.decided_at ? moment(said.decided_at, tongue) : '', reason: said.note ?? '' })}</p>}
      {said.claimed_at && !said.asked && action.state !== 'na' && <p className="xj-second">{t('deal.claimed', { who: person(said.claimed_by), at: moment(said.claimed_at, tongue) })}{said.note ? `：${said.note}` : ''}</p>}
      {said.confirmed_at && <p className="xj-second"><Icon name="tick" size={14} /> {t('deal.confirmed', { who: person(said.confirmed_by), at: moment(said.confirmed_at, tongue) })}</p>}
      <EvidenceList action={action} people={people} />
      {action.need.length > 0 && <NeedFields object={object} record={record} meta={meta} action={action} />}
      {can.evidence && action.state !== 'na' && <AddEvidence object={object} id={record.id} action={action} />}
      {step.error && !asking && <Notice kind="error">{errorText(step.error, t, tongue)}</Notice>}
      {asking === null && (
        <div className="xj-line">
          {can.confirm && action.state !== 'confirmed' && <Button kind="primary" icon="tick" disabled={step.isPending} onClick={() => send('confirm', { yes: true }, t('deal.said_confirmed', { name }))}>{t('deal.confirm')}</Button>}
          {can.confirm && (action.state === 'claimed' || action.state === 'evidence') && <Button onClick={() => ask('no')}>{t('deal.reject')}</Button>}
          {can.decide_na && <Button kind="primary" disabled={step.isPending} onClick={() => send('not-applicable/decide', { grant: true }, t('deal.said_granted'))}>{t('deal.grant_na')}</Button>}
          {can.decide_na && <Button onClick={() => ask('refuse')}>{t('deal.refuse_na')}</Button>}
          {can.claim && wordOnly && !said.asked && <Button icon="tick" disabled={step.isPending} onClick={() => send('claim', {}, t('deal.said_done', { name }))}>{t('deal.mark_done')}</Button>}
          {can.claim && !wordOnly && waits && action.missing.length === 1 && !said.asked && <Button icon="send" disabled={step.isPending} onClick={() => send('claim', { note: said.note ?? '' }, t('deal.said_asked'))}>{t('deal.ask_confirm', { who: whoName(action.confirm!.role, t, tongue) })}</Button>}
          {can.claim && flow && onApproval && <Button icon="send" onClick={() => onApproval(flow)}>{t('deal.ask_approval')}</Button>}
          {can.claim && !action.done && !said.asked && action.state !== 'na' && <Button kind="ghost" onClick={() => ask('na')}>{t('deal.not_applicable')}</Button>}
        </div>
      )}
      {asking === 'na' && <AskWhy draft={`na.${record.id}.${action.key}`} label={t('deal.na_why', { name })} hint={t('deal.na_hint')} action={t('deal.na_send')} busy={step.isPending} error={step.error} onClose={() => setAsking(null)} onSend={(reason, sent) => send('not-applicable', { reason }, t('deal.said_na'), sent)} />}
      {asking === 'no' && <AskWhy draft={`no.${record.id}.${action.key}`} label={t('deal.no_why')} action={t('deal.reject')} busy={step.isPending} error={step.error} onClose={() => setAsking(null)} onSend={(note, sent) => send('confirm', { yes: false, note }, t('deal.said_rejected'), sent)} />}
      {asking === 'refuse' && <AskWhy draft={`refuse.${record.id}.${action.key}`} label={t('deal.refuse_why')} action={t('deal.refuse_na')} busy={step.isPending} error={step.error} onClose={() => setAsking(null)} onSend={(answer, sent) => send('not-applicable/decide', { grant: false, answer }, t('deal.said_refused'), sent)} />}
    </div>
  )
}
