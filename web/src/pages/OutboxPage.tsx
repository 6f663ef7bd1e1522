/** Every message that waits, left or failed, with its reason and a way to send it again. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { OutboxList } from '@/features/channels/OutboxList'
import { useOutbox } from '@/features/channels/queries'
import { say, useTongue } from '@/lib/text'
import { useSchema } from '@/metadata/schema'
import { Card } from '@/ui/Card'
import { Page } from '@/ui/Page'
import { Tabs } from '@/ui/Tabs'

type Status = 'all' | 'waiting' | 'sent' | 'dead'

export default function OutboxPage() {
  const { t, tongue } = useTongue()
  const search = useSearch({ strict: false }) as { status?: Status; channel?: string }
  const navigate = useNavigate()
  const status = search.status ?? 'all'
  const channel = search.channel ?? ''
  const go = (next: { status?: Status; channel?: string }) => void navigate({ to: '/outbox', search: { ...(status === 'all' ? {} : { status }), ...(channel ? { channel } : {}), ...next }, replace: true })
  const { data } = useOutbox(status === 'all' ? '' : status, channel)
  const { data: schema } = useSchema()
  const health = data?.pages[0]?.channels ?? {}
  const dead = Object.values(health).reduce((sum, each) => sum + each.dead, 0)
  const waiting = Object.values(health).reduce((sum, each) => sum + each.waiting, 0)
  return (
    <Page title={t('outbox.title')} back="/settings">
      <h1 className="xj-headline">{data ? (dead ? t('outbox.head_dead', { dead, waiting }) : t(waiting ? 'outbox.head' : 'outbox.head_none', { waiting })) : t('outbox.title')}</h1>
      <div className="xj-line">
        <Tabs label={t('outbox.title')} value={status} onChange={(next) => go({ status: next })} tabs={(['all', 'waiting', 'sent', 'dead'] as const).map((key) => ({ key, label: t(`outbox.tab.${key}`) }))} />
        <select className="xj-input" style={{ width: 200 }} aria-label={t('outbox.channel')} value={channel} onChange={(event) => go({ channel: event.target.value })}>
          <option value="">{t('outbox.every')}</option>
          {schema?.channels.map((each) => <option key={each.key} value={each.key}>{say(each.name, tongue, each.key)}</option>)}
        </select>
      </div>
      <Card flush><OutboxList status={status === 'all' ? '' : status} channel={channel} /></Card>
    </Page>
  )
}
