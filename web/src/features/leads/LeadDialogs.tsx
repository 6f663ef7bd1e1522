/** Converting a lead and handing it to someone. */
import { useState } from 'react'
import type { RecordRow } from '@/api/types'
import { problemsByField, tooLong } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { guidanceOf } from '@/metadata/guidance'
import { parseMoney } from '@/metadata/FieldInput'
import { useMe } from '@/metadata/session'
import { useSchema } from '@/metadata/schema'
import { useDone, useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { Dialog, SelectBox } from '@/ui/heavy'
import { Tabs } from '@/ui/Tabs'
import { useAssign, useConvert } from './queries'

const LONGEST = 4000

interface LeadDialogProps { lead: RecordRow; title: string; onClose: () => void }

export function ConvertDialog({ lead, title, onClose }: LeadDialogProps) {
  const { t, tongue } = useTongue()
  const decimals = useMe()?.workspace.currency_decimals ?? 2
  const [withDeal, setWithDeal] = useState(true)
  const [name, setName] = useState(title)
  const [amount, setAmount] = useState(typeof lead.budget === 'number' ? String(lead.budget / 10 ** decimals) : '')
  const convert = useConvert(lead.id)
  const done = useDone()
  const problems = problemsByField(convert.error, t, tongue)
  const quiet = guidanceOf(convert.error).length > 0
  const bad = amount !== '' && parseMoney(amount, decimals) === null
  const noName = withDeal && !name.trim()
  const save = () => convert.mutate({ deal: withDeal ? { name, amount: amount ? parseMoney(amount, decimals) : null } : null }, { onSuccess: (written) => { done(t('convert.done'), written?.change); onClose() } })
  return (
    <Dialog title={t('convert.title', { title })} open onClose={onClose} footer={<div className="xj-form__foot"><Button kind="ghost" onClick={onClose}>{t('common.cancel')}</Button><Button kind="primary" disabled={convert.isPending} reason={bad || noName ? t('convert.mend') : undefined} onClick={save}>{t('convert.do')}</Button></div>}>
      <div className="xj-form">
        <p className="xj-second">{t('convert.help')}</p>
        {convert.error && !quiet && <Notice kind="error">{problems[''] ?? Object.values(problems)[0] ?? t('errors.unexpected')}</Notice>}
        <label className="xj-check"><input type="checkbox" checked={withDeal} onChange={(event) => setWithDeal(event.target.checked)} />{t('convert.with_deal')}</label>
        {withDeal && (
          <>
            <Field label={t('convert.deal_name')} required error={noName ? t('convert.needs_name') : undefined}>{(control) => <input {...control} className="xj-input" value={name} onChange={(event) => setName(event.target.value)} />}</Field>
            <Field label={t('convert.deal_amount')} hint={t('convert.amount_hint')} error={bad ? t('errors.not_money') : undefined}>{(control) => <input {...control} className="xj-input" inputMode="decimal" value={amount} onChange={(event) => setAmount(event.target.value)} />}</Field>
          </>
        )}
      </div>
    </Dialog>
  )
}

export function AssignDialog({ lead, title, onClose }: LeadDialogProps) {
  const { t, say } = useTongue()
  const { data: schema } = useSchema()
  const [to, setTo] = useState<'person' | 'pool'>('person')
  const [target, setTarget] = useState<string | null>(null)
  const [reason, setReason] = useState('')
  const long = tooLong(reason, LONGEST, t)
  const assign = useAssign(lead.id)
  const done = useDone()
  const refused = useRefused()
  const options = (to === 'person' ? schema?.people.filter((person) => person.active !== false).map((person) => ({ value: person.id, label: person.name })) : schema?.pools.map((pool) => ({ value: pool.key, label: say(pool.name, pool.key) }))) ?? []
  const save = () => assign.mutate({ ...(to === 'person' ? { person: target! } : { pool: target! }), ...(reason ? { reason } : {}) }, { onSuccess: (written) => { done(t('assign.done'), written?.change); onClose() }, onError: refused })
  return (
    <Dialog title={t('assign.title', { title })} open onClose={onClose} footer={<div className="xj-form__foot"><Button kind="ghost" onClick={onClose}>{t('common.cancel')}</Button><Button kind="primary" disabled={assign.isPending} reason={target ? long : t('assign.needs')} onClick={save}>{t('assign.do')}</Button></div>}>
      <div className="xj-form">
        <Tabs soft label={t('assign.to')} value={to} onChange={(key) => { setTo(key); setTarget(null) }} tabs={[{ key: 'person', label: t('assign.person') }, { key: 'pool', label: t('assign.pool') }]} />
        <Field label={t(`assign.${to}`)} required>{(control) => <SelectBox id={control.id} label={t(`assign.${to}`)} value={target} options={options} onChange={(value) => setTarget(value as string | null)} />}</Field>
        <Field label={t('assign.reason')} hint={t('assign.reason_hint')} error={long}>{(control) => <input {...control} className="xj-input" value={reason} onChange={(event) => setReason(event.target.value)} />}</Field>
      </div>
    </Dialog>
  )
}
