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
        {lines.map((line) => (
          <li key={`${line.kind}.${line.action}.${line.detail}`} data-kind={line.kind}>
            <Icon name="dash" size={14} />
            <span className="xj-grow">
              <span>{say(line.message)}</span>
              <span className="xj-facts-line xj-small"><span>{t('gate.rule', { rule: say(line.rule) })}</span>{line.who && <span>{t('errors.who_can', { who: whoName(line.who, t, tongue) })}</span>}</span>
            </span>
            {line.action && onAction ? <Button kind="link" onClick={() => onAction(line.action!)}>{t(WAY[line.kind] ?? 'gate.see')}</Button>
              : <Link to="/records/$object/$id" params={{ object, id }} search={line.action ? { act: line.action } : {}} className="xj-btn xj-btn--link">{t(WAY[line.kind] ?? 'gate.see')}</Link>}
          </li>
        ))}
        {others.map((problem, at) => <li key={at}><Icon name="dash" size={14} /><span className="xj-grow">{problemText(problem, t, tongue)}</span></li>)}
      </ul>
      {!brief && (exception.isSuccess ? <p role="status"><Icon name="tick" size={14} /> {t('gate.asked')}</p>
        : asking ? <AskWhy draft={`exception.${id}.${to}`} label={t('gate.why')} hint={t('gate.why_hint')} action={t('gate.send')} busy={exception.isPending} error={exception.error} onClose={() => setAsking(false)} onSend={(reason, sent) => exception.mutate(reason, { onSuccess: () => { sent(); setAsking(false) } })} />
          : <div className="xj-line"><Button size="small" icon="hand" onClick={() => setAsking(true)}>{t('gate.exception')}</Button></div>)}
    </div>
  )
}
