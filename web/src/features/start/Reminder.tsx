/** The reminder as one sentence with two numbers and the working hours: what it would have done, then switched on. */
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { clockNow } from '@/lib/clock'
import { overlaps, readLine, writeHours } from '@/lib/hours'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { dryRun, putInForce, useDefinition, type Doc, type DryRun } from './queries'
import './start.css'

const YEAR = 365 * 86_400_000

export function Reminder({ silences, next }: { silences: React.ReactNode; next: React.ReactNode }) {
  const { t } = useTongue()
  const client = useQueryClient()
  const refused = useRefused()
  const remind = useDefinition('rule', 'sla_remind')
  const escalate = useDefinition('rule', 'sla_escalate')
  const office = useDefinition('calendar', 'office')
  const [minutes, setMinutes] = useState('30')
  const [hours, setHours] = useState('2')
  const [span, setSpan] = useState<string | null>(null)
  const [result, setResult] = useState<DryRun[] | null>(null)
  const [on, setOn] = useState(false)
  const [busy, setBusy] = useState(false)
  const [tried, setTried] = useState(false)
  const documents = [remind.data?.document, escalate.data?.document, office.data?.document]
  if (documents.some((each) => !each)) return <Card flush><QueryState query={[remind, escalate, office].find((each) => !each.data) ?? remind} rows={4} /></Card>
  const written = span ?? (office.data?.document?.hours as string[] | undefined ?? []).join('、')
  const read = readLine(written)
  const noHours = !read?.length || overlaps(read)
  const wrong = noHours || [minutes, hours].some((each) => !isCount(each))
  const after = (document: Doc, value: number): Doc => ({ ...document, enabled: true, on: { ...(document.on as Doc), after: value, unit: 'working_minutes', calendar: 'office' } })
  const rules = () => [{ kind: 'rule', key: 'sla_remind', document: after(remind.data!.document!, +minutes) }, { kind: 'rule', key: 'sla_escalate', document: after(escalate.data!.document!, +hours * 60) }]
  const run = async (work: () => Promise<void>) => { setTried(true); if (wrong) return; setBusy(true); try { await work() } catch (error) { refused(error) } finally { setBusy(false) } }
  const tryIt = () => run(async () => {
    const until = new Date(clockNow())
    const since = new Date(until.getTime() - YEAR)
    setResult(await Promise.all(rules().map((each) => dryRun('rule', each.key, each.document, since.toISOString(), until.toISOString()))))
  })
  const switchOn = () => run(async () => {
    const calendar = span === null ? [] : [{ kind: 'calendar', key: 'office', document: { ...office.data!.document!, hours: read!.map(writeHours) } }]
    await putInForce([...rules(), ...calendar], t('start.remind_note'))
    setOn(true)
    void client.invalidateQueries({ queryKey: ['definition'] })
  })
  return (
    <div className="xj-stack">
      <div className="xj-page__head"><h1>{t('start.remind_head')}</h1><div className="xj-line">{next}</div></div>
      <Card>
        <div className="xj-start__sentence">
          {t('start.remind_1')} <Count tried={tried} value={minutes} onChange={setMinutes} label={t('start.minutes')} /> {t('start.remind_2')} <Count tried={tried} value={hours} onChange={setHours} label={t('start.hours')} /> {t('start.remind_3')}
        </div>
        <div className="xj-sentence__hours"><Field label={t('start.working_hours')} error={tried && noHours ? t('start.bad_hours') : undefined}>{(control) => <input {...control} className="xj-input" value={written} onChange={(event) => setSpan(event.target.value)} />}</Field></div>
        <div className="xj-line">
          <Button disabled={busy} data-dry-run onClick={() => void tryIt()}>{t('start.dry_run')}</Button>
          <Button kind="primary" disabled={busy || on} data-switch-on onClick={() => void switchOn()}>{t(on ? 'start.is_on' : 'start.switch_on')}</Button>
        </div>
        {result && (
          <div data-dry-result>{(result[0]?.looked_at ?? 0) === 0 ? <Notice kind="info">{t('start.no_times')}</Notice> : result.map((each, at) => <p key={at}><strong>{t(at ? 'start.would_escalate' : 'start.would_remind', { count: each.acted })}</strong> <span className="xj-muted">{each.by_person.slice(0, 3).map((one) => `${one.name ?? '—'} ${one.count}`).join(' · ')}</span></p>)}{silences}</div>
        )}
        {on && <Notice kind="done">{t('start.on_note')}</Notice>}
      </Card>
    </div>
  )
}

const MOST = 999
const isCount = (typed: string) => /^\d{1,3}$/.test(typed.trim()) && +typed >= 1

/** A whole number within the sentence; what was typed stays as it is, with what is wrong about it below. */
function Count({ value, onChange, label, tried }: { value: string; onChange: (value: string) => void; label: string; tried: boolean }) {
  const { t } = useTongue()
  return <span className="xj-sentence__count"><Field quiet label={label} error={tried && !isCount(value) ? t('start.not_a_count', { label, most: MOST }) : undefined}>{(control) => <input {...control} className="xj-input xj-sentence__number" inputMode="numeric" value={value} onChange={(event) => onChange(event.target.value)} />}</Field></span>
}
