/** What the reader can do about an approval: yes, no with a reason, 加签, 转签, 退回; the asker urges or takes it back. */
import { useState } from 'react'
import { errorText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { AskWhy } from '@/metadata/AskWhy'
import { useMe } from '@/metadata/session'
import { useSchema } from '@/metadata/schema'
import { useDone } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { Menu, MenuItem } from '@/ui/Menu'
import { SelectBox } from '@/ui/heavy'
import type { Approval } from './queries'
import { useStepOf } from './queries'

type Asking = 'yes' | 'no' | 'back' | 'add' | 'pass' | 'withdraw'

export function ApprovalActions({ approval }: { approval: Approval }) {
  const { t, tongue, say } = useTongue()
  const [asking, setAsking] = useState<Asking | null>(null)
  const [node, setNode] = useState('')
  const [person, setPerson] = useState('')
  const [lacks, setLacks] = useState(false)
  const step = useStepOf(approval.id)
  const done = useDone()
  const { can } = approval
  if (!can.vote && !can.withdraw && !can.urge) return null
  const ask = (kind: Asking) => { step.reset(); setPerson(''); setLacks(false); setNode(''); setAsking(kind) }
  const send = (what: Parameters<typeof step.mutate>[0]['what'], body: Record<string, unknown> | undefined, word: string, sent?: () => void) => step.mutate({ what, ...(body ? { body } : {}) }, { onSuccess: () => { sent?.(); setAsking(null); done(word) } })
  const common = { busy: step.isPending, error: step.error, onClose: () => setAsking(null) }
  const key = (kind: Asking) => `approval.${approval.id}.${kind}`
  return (
    <div className="xj-approval__do">
      {step.error && !asking && <Notice kind="error">{errorText(step.error, t, tongue)}</Notice>}
      {asking === null && (
        <div className="xj-line">
          {can.vote && <Button kind="primary" size="large" icon="tick" onClick={() => ask('yes')}>{t('approval.approve')}</Button>}
          {can.vote && <Button size="large" icon="cross" onClick={() => ask('no')}>{t('approval.refuse')}</Button>}
          {can.vote && (
            <Menu up label={t('approval.more')} trigger={(props) => <Button size="large" icon="more" aria-label={t('approval.more')} {...props} />}>
              {(close) => (['back', 'add', 'pass'] as const).map((kind) => <MenuItem key={kind} onSelect={() => { close(); ask(kind) }}>{t(`approval.do.${kind}`)}</MenuItem>)}
            </Menu>
          )}
          {can.urge && <Button icon="bell" disabled={step.isPending} onClick={() => send('urge', undefined, t('approval.said.urged'))}>{t('approval.urge')}</Button>}
          {can.withdraw && <Button kind="ghost" icon="undo" onClick={() => ask('withdraw')}>{t('approval.withdraw')}</Button>}
        </div>
      )}
      {asking === 'yes' && <AskWhy {...common} draft={key('yes')} optional label={t('approval.comment')} action={t('approval.approve')} onSend={(comment, sent) => send('vote', { yes: true, comment }, t('approval.said.yes'), sent)} />}
      {asking === 'no' && <AskWhy {...common} draft={key('no')} label={t('approval.why_no')} action={t('approval.refuse')} onSend={(comment, sent) => send('vote', { yes: false, comment }, t('approval.said.no'), sent)} />}
      {asking === 'withdraw' && <div className="xj-line"><span className="xj-grow">{t('approval.withdraw_sure')}</span><Button kind="ghost" onClick={() => setAsking(null)}>{t('common.cancel')}</Button><Button kind="danger" disabled={step.isPending} onClick={() => send('withdraw', undefined, t('approval.said.withdrawn'))}>{t('approval.withdraw')}</Button></div>}
      {asking === 'back' && (
        <>
          <Field label={t('approval.back_to')}>{(control) => <select {...control} className="xj-input" value={node} onChange={(event) => setNode(event.target.value)}><option value="">{t('approval.back_to_asker')}</option>{approval.nodes.slice(0, approval.at).map((each) => <option key={each.key} value={each.key}>{say(each.name, each.key)}</option>)}</select>}</Field>
          <AskWhy {...common} draft={key('back')} label={t('approval.why_back')} action={t('approval.do.back')} onSend={(comment, sent) => send('send-back', { to: node || null, comment }, t('approval.said.back'), sent)} />
        </>
      )}
      {(asking === 'add' || asking === 'pass') && (
        <>
          <PersonPick label={t(`approval.${asking}_who`)} value={person} onChange={setPerson} error={lacks && !person ? t('approval.delegate_first') : undefined} />
          <AskWhy {...common} draft={key(asking)} optional label={t('approval.comment')} action={t(`approval.do.${asking}`)} onSend={(comment, sent) => { if (!person) setLacks(true); else send(asking === 'add' ? 'add-signer' : 'transfer', { person, comment }, t(`approval.said.${asking}`), sent) }} />
        </>
      )}
    </div>
  )
}

export function PersonPick({ label, value, onChange, error }: { label: string; value: string; onChange: (person: string) => void; error?: string | undefined }) {
  const { data: schema } = useSchema()
  const me = useMe()?.person?.id
  return <Field label={label} required error={error}>{(control) => <SelectBox id={control.id} label={label} value={value} invalid={Boolean(error)} options={schema?.people.filter((person) => person.id !== me).map((person) => ({ value: person.id, label: person.name })) ?? []} onChange={(next) => onChange(String(next ?? ''))} />}</Field>
}
