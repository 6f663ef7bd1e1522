/** A drawn record's whole chain on one page: evidence, moves, events, approvals; and the verdict. */
import { useState } from 'react'
import { problemsByField, tooLong } from '@/lib/errors'
import { useDraft } from '@/lib/drafts'
import { useTongue } from '@/lib/text'
import { exact, moment } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { Refused } from '@/metadata/Refused'
import { SYSTEM_FIELDS } from '@/metadata/schema'
import { useDone } from '@/metadata/undo'
import { useValues } from '@/metadata/useValues'
import { valueText } from '@/metadata/values'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Field } from '@/ui/Field'
import { Status, Tag } from '@/ui/Status'
import { useChain, useJudge, type Chain, type ChainEvent } from './queries'
import './audits.css'

const LONGEST = 2000
const VERDICTS = ['sound', 'doubtful', 'false_advance'] as const

export function ChainView({ id, onJudged }: { id: string; onJudged: () => void }) {
  const { t } = useTongue()
  const query = useChain(id)
  if (!query.data) return <><h1 className="xj-headline">{t('audits.chain')}</h1><Card flush><QueryState query={query} /></Card></>
  return <Whole chain={query.data} id={id} onJudged={onJudged} />
}

function Whole({ chain, id, onJudged }: { chain: Chain; id: string; onJudged: () => void }) {
  const { t } = useTongue()
  const { text } = useFieldText(chain)
  return (
    <div className="xj-stack">
      <h1 className="xj-headline">{chain.title}</h1>
      <p className="xj-second">{t('audits.counts', { ...chain.counts })}</p>
      <Facts chain={chain} />
      <Verdict chain={chain} id={id} onJudged={onJudged} />
      <Evidence chain={chain} id={id} />
      <Card flush title={t('audits.moves', { count: chain.changes.length })}>{chain.changes.length ? <ol className="xj-chain">{chain.changes.map((event) => <EventRow key={event.id} event={event} chain={chain} />)}</ol> : <Empty icon="history" title={t('audits.no_moves')} />}</Card>
      <Card flush title={t('audits.events', { count: chain.events.length })}>{chain.events.length ? <ol className="xj-chain">{chain.events.map((event) => <EventRow key={event.id} event={event} chain={chain} />)}</ol> : <Empty icon="history" title={t('audits.no_events')} />}</Card>
      {(chain.approvals.length > 0 || chain.exceptions.length > 0) && <Card flush title={t('audits.approvals')}><ol className="xj-chain">
        {chain.approvals.map((one) => <Approval key={one.id} one={one} chain={chain} />)}
        {chain.exceptions.map((one) => <li key={one.id}><span className="xj-muted">{t('audits.exception')}</span><span>{text('stage', one.from_stage)} → {text('stage', one.to_stage)} · {one.reason} · {t(`audits.approval.${one.status}`, { defaultValue: one.status })} {one.decided_by ? chain.people[one.decided_by] : ''}</span></li>)}
      </ol></Card>}
    </div>
  )
}

/** An approval with everybody's word at every node. */
function Approval({ one, chain }: { one: Chain['approvals'][number]; chain: Chain }) {
  const { t, tongue, say } = useTongue()
  const person = (id: string | null) => (id ? (chain.people[id] ?? '') : '')
  return (
    <li data-chain-approval={one.flow}>
      <span className="xj-muted" title={exact(one.asked_at)}>{moment(one.asked_at, tongue)}</span>
      <span>
        <strong>{say(one.name ?? undefined, one.flow)}</strong> · {t(`audits.approval.${one.status}`, { defaultValue: one.status })} <span className="xj-second">{person(one.asked_by)}{one.reason ? `：${one.reason}` : ''}</span>
        {one.votes.map((vote) => <span key={vote.id} className="xj-block xj-small" data-vote={vote.state}>{say(vote.name)} · {person(vote.person)}{vote.stands_for && vote.stands_for !== vote.person ? t('approval.stands_for', { who: person(vote.stands_for) }) : ''} {t(`approval.vote.${vote.state}`)}{vote.at ? ` · ${moment(vote.at, tongue)}` : ''}{vote.comment ? ` · ${vote.comment}` : ''}</span>)}
      </span>
    </li>
  )
}

/** What shows an action: a file to open, a link, an event by its name. */
function Proof({ item, id }: { item: Chain['evidence'][number]['evidence'][number]; id: string }) {
  const { t } = useTongue()
  if (item.kind === 'file' && item.id) return <a href={`/api/v1/audits/${id}/files/${item.id}`} target="_blank" rel="noreferrer">{item.name}</a>
  if (item.kind === 'link' && item.url) return <a href={item.url} target="_blank" rel="noreferrer">{item.name ?? item.url}</a>
  return <>{t(`event_name.${(item.name ?? item.kind).replaceAll('.', '_')}`, { defaultValue: item.name ?? item.kind })}</>
}

function useFieldText(chain: Chain) {
  const { say } = useTongue()
  const context = useValues(chain.people, chain.related)
  const fields = [...chain.fields, ...SYSTEM_FIELDS]
  const label = (key: string) => say(fields.find((each) => each.key === key)?.name ?? chain.names[key], key)
  const text = (key: string, value: unknown) => { if (value === null || value === undefined || value === '') return '—'; if (key === 'playbook') return say(chain.playbooks[String(value)], String(value)); const field = fields.find((each) => each.key === key); return field ? valueText(value, field, context) : String(value) }
  return { label, text }
}

function Facts({ chain }: { chain: Chain }) {
  const { label, text } = useFieldText(chain)
  return <Card><dl className="xj-chainfacts">{Object.entries(chain.record).filter(([key, value]) => key !== 'name' && value !== null && value !== undefined).map(([key, value]) => <div key={key}><dt>{label(key)}</dt><dd>{text(key, value)}</dd></div>)}</dl></Card>
}

function Evidence({ chain, id }: { chain: Chain; id: string }) {
  const { t, say } = useTongue()
  return (
    <Card flush title={t('audits.evidence', { count: chain.evidence.length })}>
      {chain.evidence.length === 0 ? <Empty icon="note" title={t('audits.no_evidence')} /> : <ul className="xj-chain">{chain.evidence.map((one) => (
        <li key={one.action}><span><strong>{say(chain.actions[one.action], one.action)}</strong><br /><Status kind={one.state === 'confirmed' ? 'done' : one.state === 'claimed' ? 'idle' : 'ontrack'}>{t(`audits.state.${one.state}`, { defaultValue: one.state })}</Status></span><span>{one.evidence.map((item, at) => <span key={at} className="xj-block"><Proof item={item} id={id} />{item.flags?.map((flag) => <Tag key={flag} tint>{t(`audits.flag.${flag}`, { defaultValue: flag })}</Tag>)}</span>)}{one.note && <span className="xj-second">{one.note}</span>}<small className="xj-muted xj-block">{[one.claimed_by, one.confirmed_by].filter(Boolean).map((person) => chain.people[person!]).join(' → ')}</small></span></li>
      ))}</ul>}
    </Card>
  )
}

function EventRow({ event, chain }: { event: ChainEvent; chain: Chain }) {
  const { t, tongue } = useTongue()
  const { label, text } = useFieldText(chain)
  const changes = Object.entries(event.changes)
  return (
    <li>
      <span className="xj-muted" title={exact(event.at)}>{moment(event.at, tongue)}</span>
      <span>
        {changes.length === 0 && t(`quality.event.${event.type.replaceAll('.', '_')}`, { defaultValue: t('process_event.other') })}
        {changes.map(([key, pair]) => <span key={key} className="xj-block">{pair ? t('audits.changed', { field: label(key), from: text(key, pair[0]), to: text(key, pair[1]) }) : t('audits.changed_hidden', { field: label(key) })}</span>)}
        <small className="xj-muted xj-block">{[event.person ? chain.people[event.person] : t('audits.system'), event.claimed ? t('audits.claimed') : event.source ? t('audits.recorded', { source: event.source }) : null, event.mode === 'history' ? t('audits.history') : null].filter(Boolean).join(' · ')}</small>
      </span>
    </li>
  )
}

function Verdict({ chain, id, onJudged }: { chain: Chain; id: string; onJudged: () => void }) {
  const { t, tongue, say } = useTongue()
  const judge = useJudge(id)
  const done = useDone()
  const [verdict, setVerdict] = useState('sound')
  const { value: note, set: setNote, drop } = useDraft(`audit.${id}`, '')
  const [doubts, setDoubts] = useState<Record<string, string>>({})
  const stages = chain.fields.find((field) => field.key === 'stage')?.options ?? []
  const wrong = problemsByField(judge.error, t, tongue)
  const long = tooLong(note, LONGEST, t)
  if (chain.case.verdict) return <Card title={t('audits.verdict_is', { verdict: t(`audits.verdict.${chain.case.verdict}`) })}><p className="xj-second">{chain.case.note || t('audits.no_note')}</p></Card>
  const findings = Object.entries(doubts).filter(([, judgement]) => judgement).map(([stage, judgement]) => ({ stage, judgement, note: '' }))
  return (
    <Card title={t('audits.give')}>
      <form className="xj-stack" noValidate onSubmit={(event) => { event.preventDefault(); if (!long) judge.mutate({ verdict, findings, note: note.trim() }, { onSuccess: () => { done(t('audits.given')); drop(); onJudged() } }) }}>
        <div className="xj-line" role="radiogroup" aria-label={t('audits.give')}>{VERDICTS.map((one) => <button key={one} type="button" role="radio" aria-checked={verdict === one} className="xj-pick" onClick={() => setVerdict(one)}>{t(`audits.verdict.${one}`)}</button>)}</div>
        {verdict !== 'sound' && <Field label={t('audits.where')}>{(control) => <div id={control.id} className="xj-line">{stages.map((stage) => <label key={stage.key} className="xj-check"><input type="checkbox" checked={Boolean(doubts[stage.key])} onChange={(event) => setDoubts({ ...doubts, [stage.key]: event.target.checked ? (verdict === 'doubtful' ? 'doubtful' : 'false') : '' })} />{say(stage.name, stage.key)}</label>)}</div>}</Field>}
        <Field label={t('audits.note')} required={verdict !== 'sound'} error={long ?? wrong.note}>{(control) => <textarea {...control} className="xj-input" rows={2} value={note} onChange={(event) => setNote(event.target.value)} />}</Field>
        <Refused error={judge.error} beside={['note']} />
        <div className="xj-line"><Button type="submit" kind="primary" reason={long} disabled={judge.isPending}>{t('audits.do')}</Button><span className="xj-small xj-muted">{t('audits.noted')}</span></div>
      </form>
    </Card>
  )
}
