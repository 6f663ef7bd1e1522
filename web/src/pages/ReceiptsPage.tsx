/** What sources delivered: taken or refused, why, and again once the mapping is mended. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ReceiptList } from '@/features/sources/ReceiptList'
import { say, useTongue } from '@/lib/text'
import { useSchema } from '@/metadata/schema'
import { Page } from '@/ui/Page'
import { Tabs } from '@/ui/Tabs'

type Status = 'all' | 'accepted' | 'refused' | 'duplicate'

export default function ReceiptsPage() {
  const { t, tongue } = useTongue()
  const search = useSearch({ strict: false }) as { status?: Status; source?: string }
  const navigate = useNavigate()
  const status = search.status ?? 'all'
  const source = search.source ?? ''
  const go = (next: { status?: Status; source?: string }) => void navigate({ to: '/receipts', search: { ...(status === 'all' ? {} : { status }), ...(source ? { source } : {}), ...next }, replace: true })
  const { data: schema } = useSchema()
  return (
    <Page title={t('source.receipts')} back="/settings">
      <h1 className="xj-headline">{t('source.receipts_head')}</h1>
      <div className="xj-line">
        <Tabs label={t('source.receipts')} value={status} onChange={(next) => go({ status: next })} tabs={(['all', 'accepted', 'refused', 'duplicate'] as const).map((key) => ({ key, label: t(`source.tab.${key}`) }))} />
        <select className="xj-input" style={{ width: 200 }} aria-label={t('source.one')} value={source} onChange={(event) => go({ source: event.target.value })}>
          <option value="">{t('source.every')}</option>
          {schema?.sources.map((each) => <option key={each.key} value={each.key}>{say(each.name, tongue, each.key)}</option>)}
        </select>
      </div>
      <ReceiptList source={source} status={status === 'all' ? '' : status} />
    </Page>
  )
}
