/** The approvals of a record: those that ran and the way to ask for one. */
import { useEffect, useState } from 'react'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { AskWhy } from '@/metadata/AskWhy'
import { QueryState } from '@/metadata/QueryState'
import { useDone } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Menu, MenuItem } from '@/ui/Menu'
import { ApprovalStatus, ApprovalView } from './ApprovalView'
import { useApprovalsOf, useAsk } from './queries'

interface Props { object: string; id: string; may: boolean; asking: string | null; onAsking: (flow: string | null) => void }

export function RecordApprovals({ object, id, may, asking, onAsking }: Props) {
  const { t, tongue, say } = useTongue()
  const query = useApprovalsOf(object, id)
  const ask = useAsk(object, id)
  const done = useDone()
  const [open, setOpen] = useState<string | null>(null)
  const { reset } = ask
  useEffect(() => reset(), [asking, reset])
  if (!query.data) return <Card flush title={t('approval.of_record')}><QueryState query={query} rows={2} /></Card>
  const { rows, flows } = query.data
  if (!rows.length && !flows.length) return null
  const flow = flows.find((each) => each.key === asking)
  const shown = open ?? rows.find((row) => row.status === 'running')?.id ?? ''
  return (
    <Card flush title={t('approval.of_record')} aside={may && flows.length > 0 && !asking ? (flows.length === 1
      ? <Button size="small" icon="send" onClick={() => onAsking(flows[0]!.key)}>{t('approval.ask')}</Button>
      : <Menu label={t('approval.ask')} trigger={(props) => <Button size="small" icon="send" {...props}>{t('approval.ask')}</Button>}>{(close) => flows.map((each) => <MenuItem key={each.key} onSelect={() => { close(); onAsking(each.key) }}>{say(each.name, each.key)}</MenuItem>)}</Menu>) : undefined}>
      {flow && <div className="xj-card__body" id="ask-approval"><AskWhy draft={`ask.${id}.${flow.key}`} optional label={t('approval.ask_why', { name: say(flow.name, flow.key) })} action={t('approval.ask')} busy={ask.isPending} error={ask.error} onClose={() => onAsking(null)} onSend={(reason, sent) => ask.mutate({ flow: flow.key, reason }, { onSuccess: () => { sent(); onAsking(null); done(t('approval.said.asked')) } })} /></div>}
      {!rows.length && !flow && <p className="xj-card__body xj-muted">{t('approval.none_here')}</p>}
      <ul>
        {rows.map((row) => (
          <li key={row.id} className="xj-approval__item">
            <button type="button" className="xj-row" aria-expanded={shown === row.id} onClick={() => setOpen(shown === row.id ? '-' : row.id)}><ApprovalStatus approval={row} /><span className="xj-row__main"><span>{say(flows.find((each) => each.key === row.flow)?.name, row.flow)}</span><span className="xj-small xj-muted">{t('approval.asked_by', { who: row.people[row.asked_by] ?? '', at: moment(row.asked_at, tongue) })}</span></span></button>
            {shown === row.id && <ApprovalView approval={row} plain />}
          </li>
        ))}
      </ul>
    </Card>
  )
}
