/** 沉睡清单: who has slept, by money, the last note readable without opening; chosen ones go to their owners as tasks. */
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { CopyButton } from '@/metadata/CopyButton'
import { QueryState } from '@/metadata/QueryState'
import { useRecordRows } from './rows'
import { useDone, useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { useMoney } from './DiagnosisReport'
import { useDiagnosis, useWake, type Woken } from './queries'
import './diagnosis.css'

const TEN = 10

export function DormantList({ onBack, next }: { onBack: () => void; next?: React.ReactNode }) {
  const { t, tongue } = useTongue()
  const money = useMoney()
  const figure = useDiagnosis().data?.figures.find((each) => each.key === 'dormant')
  const query = useRecordRows('customer', figure?.filter, ['name', 'owner', 'deal_open', 'last_touch_at', 'last_note'])
  const rows = useMemo(() => [...(query.data?.rows ?? [])].sort((a, b) => Number(b.deal_open ?? 0) - Number(a.deal_open ?? 0)), [query.data])
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const [woken, setWoken] = useState<Woken | null>(null)
  const wake = useWake()
  const done = useDone()
  const refused = useRefused()
  const toggle = (id: string) => setPicked((old) => { const next = new Set(old); if (!next.delete(id)) next.add(id); return next })
  const first = rows.slice(0, TEN).map((row) => row.id)
  const hand = () => wake.mutate([...picked], { onSuccess: (result) => { setWoken(result); setPicked(new Set()); done(t('diag.woken', { count: result.tasks }), result.change) }, onError: refused })
  return (
    <div className="xj-stack">
      <div className="xj-page__head">
        <h1>{figure ? t('diag.dormant_head', { count: figure.count, money: money(figure.money) }) : t('diag.figure.dormant', { days: 45 })}</h1>
        <div className="xj-line"><Button onClick={onBack}>{t('diag.back')}</Button>{next}</div>
      </div>
      {woken?.text && <ChatText text={woken.text} tasks={woken.tasks} />}
      <Card flush title={t('diag.dormant_list')} aside={(
        <span className="xj-line">
          <Button size="small" data-pick-ten onClick={() => setPicked(new Set(first))}>{t('diag.pick_ten', { count: Math.min(TEN, rows.length) })}</Button>
          <Button kind="primary" size="small" data-wake icon="send" disabled={!picked.size || wake.isPending} onClick={hand}>{t('diag.wake', { count: picked.size })}</Button>
        </span>
      )}>
        {!query.data ? <QueryState query={query} rows={8} /> : rows.length === 0 ? <Empty icon="tick" title={t('diag.nobody_sleeps')} /> : (
          <ul className="xj-sleepers">{rows.map((row) => (
            <li key={row.id} data-sleeper={row.id}>
              <label className="xj-sleeper__pick"><input type="checkbox" checked={picked.has(row.id)} onChange={() => toggle(row.id)} aria-label={String(row.name ?? '')} /></label>
              <span className="xj-sleeper__main"><Link to="/records/$object/$id" params={{ object: 'customer', id: row.id }}><strong>{String(row.name ?? '—')}</strong></Link><span className="xj-small xj-muted">{query.data.people?.[String(row.owner)] ?? t('diag.no_owner')} · {row.last_touch_at ? moment(String(row.last_touch_at), tongue) : '—'}</span><span className="xj-sleeper__note">{String(row.last_note ?? '') || t('diag.no_note')}</span></span>
              <strong className="xj-sleeper__money">{row.deal_open ? money(Number(row.deal_open)) : t('diag.unknown')}</strong>
            </li>
          ))}</ul>
        )}
      </Card>
    </div>
  )
}

function ChatText({ text, tasks }: { text: string; tasks: number }) {
  const { t } = useTongue()
  return (
    <Card title={t('diag.chat_head', { count: tasks })} aside={<CopyButton text={text} label={t('diag.copy')} />}>
      <Notice kind="info">{t('diag.chat_help')}</Notice>
      <pre className="xj-chat" data-chat>{text}</pre>
    </Card>
  )
}
