/** How people hear that a required action reached its limit: always in the inbox, through channels if wanted. */
import { useTongue } from '@/lib/text'
import { setAt, type Problem } from '@/metadata/editing'
import { Card } from '@/ui/Card'
import { ManyInput, PickInput, useNamed } from './inputs'
import type { RemindDoc } from './shapes'

interface Props { value: RemindDoc | undefined; problems: Problem[]; readOnly: boolean; onChange: (next: RemindDoc | undefined) => void }

export function Reminders({ value, problems, readOnly, onChange }: Props) {
  const { t } = useTongue()
  const channels = useNamed('channel')
  const put = (key: keyof RemindDoc, next: unknown) => { const all = setAt<RemindDoc>(value ?? {}, [key], next); onChange(Object.keys(all).length ? all : undefined) }
  return (
    <Card title={t('playbook.reminders')}>
      <div className="xj-stack-8">
        <p className="xj-second">{t('playbook.reminders_says')}</p>
        <div className="xj-form--two">
          <ManyInput label={t('playbook.remind_via')} path="remind.via" problems={problems} readOnly={readOnly} hint={t('playbook.remind_via_hint')} value={value?.via ?? []} options={channels} onChange={(via) => put('via', via)} />
          <PickInput label={t('playbook.remind_urgency')} path="remind.urgency" problems={problems} readOnly={readOnly} value={value?.urgency ?? 'normal'} options={(['normal', 'strong'] as const).map((each) => ({ value: each, label: t(`playbook.urgency.${each}`) }))} onChange={(urgency) => put('urgency', urgency === 'strong' ? urgency : undefined)} />
        </div>
      </div>
    </Card>
  )
}
