/** Writing down a touch: one tap for what happened, or a sentence with it. All of it is the rep's word (claimed). */
import { useState } from 'react'
import type { RecordRow } from '@/api/types'
import { useDraft } from '@/lib/drafts'
import { tooLong } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import type { IconName } from '@/ui/Icon'
import { useLogged } from './CallSheet'
import { Triggered } from './Triggered'
import { useLogTouch, type Touch } from './queries'
import { isPressing } from './sla'

const LONGEST = 4000
const TAPS: { key: string; icon: IconName; touch: Touch }[] = [
  { key: 'call_answered', icon: 'phone', touch: { kind: 'call', direction: 'out', answered: true } },
  { key: 'call_missed', icon: 'phone', touch: { kind: 'call', direction: 'out', answered: false } },
  { key: 'message', icon: 'message', touch: { kind: 'message', direction: 'out' } },
  { key: 'replied', icon: 'message', touch: { kind: 'message', direction: 'in', answered: true } },
  { key: 'meeting', icon: 'meeting', touch: { kind: 'meeting', direction: 'out', answered: true } },
]

export function TouchLog({ lead, onLogged }: { lead: RecordRow; onLogged?: () => void }) {
  const { t } = useTongue()
  const log = useLogTouch(lead.id)
  const logged = useLogged()
  const refused = useRefused()
  const { value: text, set: setText, drop } = useDraft(`touch.${lead.id}`, '')
  const [last, setLast] = useState<{ change: string; counted: boolean } | null>(null)
  const long = tooLong(text, LONGEST, t)
  const put = (touch: Touch, words: string) => log.mutate({ ...touch, ...(text.trim() ? { text: text.trim() } : {}) }, {
    onSuccess: (written) => {
      const counted = !written?.demanded_recorded
      logged(lead.id, counted ? words : t('touch.not_counted'), written?.change ?? undefined)
      setLast(written?.change ? { change: written.change, counted } : null)
      setText('')
      drop()
      onLogged?.()
    },
    onError: refused,
  })
  const blocked = lead.can?.touch === false || (lead.can?.touch === undefined && lead.can?.update === false) ? t('lead.not_yours') : long
  return (
    <div className="xj-log">
      <Field quiet label={t('touch.text')} error={long}>{(control) => <textarea {...control} data-touch-text className="xj-input" rows={2} placeholder={t('touch.placeholder')} value={text} onChange={(event) => setText(event.target.value)} />}</Field>
      <div className="xj-log__taps" role="group" aria-label={t('touch.group')}>
        {TAPS.map((tap) => (
          <Button key={tap.key} icon={tap.icon} reason={blocked} disabled={log.isPending} data-touch={tap.key} onClick={() => put(tap.touch, t(`touch.logged.${tap.key}`))}>{t(`touch.tap.${tap.key}`)}</Button>
        ))}
        {isPressing(lead) && <Button icon="send" reason={blocked} disabled={log.isPending} data-touch="solution" onClick={() => put({ kind: 'message', direction: 'out', solution: true }, t('lane.logged'))}>{t('lane.tap')}</Button>}
        <Button icon="note" reason={blocked ?? (text.trim() ? undefined : t('touch.note_needs_text'))} disabled={log.isPending} onClick={() => put({ kind: 'note' }, t('touch.logged.note'))}>{t('touch.tap.note')}</Button>
      </div>
      {last && <div className="xj-log__last"><strong className="xj-small">{t('rep.triggered')}</strong><Triggered lead={lead.id} change={last.change} counted={last.counted} /></div>}
      <p className="xj-small xj-muted">{t('touch.help')}</p>
    </div>
  )
}
