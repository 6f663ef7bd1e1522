/** The refusal of a gate, in place: every rule with the missing item, who can supply it and the way there; and asking for an exception. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Problem } from '@/api/types'
import { call } from '@/lib/api'
import { problemText, whoName } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Icon } from '@/ui/Icon'
import { AskWhy } from './AskWhy'
import type { GateLine } from './gate'
import { refreshRecord } from './records'
import './gate.css'

interface RefusalProps {
  object: string
  id: string
  lines: GateLine[]
  /** What else the same write was refused for. */
  others?: Problem[]
  /** On the record's own page: open the action here. */
  onAction?: (action: string) => void
  onClose?: () => void
  /** In a list of refusals the exception is asked for on the record's page. */
  brief?: boolean
}

const WAY: Record<string, string> = { field: 'gate.fill', evidence: 'gate.prove', claim: 'gate.do', confirm: 'gate.ask', approval: 'gate.approve', fingerprint: 'gate.see', condition: 'gate.see', who: 'gate.see', move: 'gate.see', broken: 'gate.see' }

/** Lines of one rule together, in the order of the refusal. */
function grouped(lines: GateLine[], say: (text: GateLine['rule']) => string) {
  const found = new Map<string, GateLine[]>()
  for (const line of lines) { const rule = say(line.rule); found.set(rule, [...(found.get(rule) ?? []), line]) }
  return [...found].map(([rule, all]) => ({ rule, all }))
}

export default function GateRefusal({ object, id, lines, others = [], onAction, onClose, brief }: RefusalProps) {
  const { t, tongue, say } = useTongue()
  const client = useQueryClient()
  const [asking, setAsking] = useState(false)
  const to = lines[0]?.to ?? ''
  const exception = useMutation({
    mutationFn: (reason: string) => call('post', '/api/v1/process/{object_key}/{id}/exceptions', { path: { object_key: object, id }, body: { to, reason } }),
    onSuccess: () => refreshRecord(client, object, id),
  })
  return (
    <div className="xj-gate" role="alert" data-gate={id}>
      <div className="xj-line-nowrap">
        <strong className="xj-grow">{t('gate.head', { count: lines.length })}</strong>
        {onClose && <Button size="small" kind="ghost" icon="cross" aria-label={t('common.close')} onClick={onClose} />}
      </div>
      <ul className="xj-gate__lines">
        {grouped(lines, say).map(({ rule, all }) => {
          const line = all[0]!
          const way = t(WAY[line.kind] ?? 'gate.see')
          const who = [...new Set(all.map((each) => each.who).filter(Boolean))].map((each) => whoName(each, t, tongue)).join('、')
          return (
            <li key={rule} data-kind={line.kind}>
              <Icon name="dash" size={14} />
              <span className="xj-grow">
                {all.map((each) => <span key={`${each.kind}.${each.detail}`}>{say(each.message)}</span>)}
                <span className="xj-small xj-second">{t('gate.rule', { rule })}{who ? `${tongue === 'en' ? '. ' : '。'}${t('errors.who_can', { who })}` : ''}</span>
              </span>
              {line.action && onAction ? <Button kind="link" onClick={() => onAction(line.action!)}>{way}</Button>
                : <Link to="/records/$object/$id" params={{ object, id }} search={line.action ? { act: line.action } : {}} className="xj-btn xj-btn--link">{way}</Link>}
            </li>
          )
        })}
        {others.map((problem, at) => <li key={at}><Icon name="dash" size={14} /><span className="xj-grow">{problemText(problem, t, tongue)}</span></li>)}
      </ul>
      {!brief && (exception.isSuccess ? <p role="status"><Icon name="tick" size={14} /> {t('gate.asked')}</p>
        : asking ? <AskWhy draft={`exception.${id}.${to}`} label={t('gate.why')} hint={t('gate.why_hint')} action={t('gate.send')} busy={exception.isPending} error={exception.error} onClose={() => setAsking(false)} onSend={(reason, sent) => exception.mutate(reason, { onSuccess: () => { sent(); setAsking(false) } })} />
          : <div className="xj-line"><Button size="small" icon="hand" onClick={() => setAsking(true)}>{t('gate.exception')}</Button></div>)}
    </div>
  )
}
