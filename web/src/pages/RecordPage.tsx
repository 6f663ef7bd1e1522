/** Any record that has no page of its own: with its playbook when it follows one, else title, facts, log. */
import { useParams } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useProcess } from '@/features/deal/queries'
import { Timeline } from '@/features/leads/Timeline'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { OpeningGuidance } from '@/metadata/GuidanceHost'
import { FactsPanel } from '@/metadata/RecordFacts'
import { useRecord } from '@/metadata/records'
import { useObject } from '@/metadata/schema'
import { Card } from '@/ui/Card'
import { Skeleton } from '@/ui/Empty'
import { Page } from '@/ui/Page'
import { RelatedCard } from './RelatedCard'
import '@/features/leads/lead.css'

const DealPage = lazy(() => import('./DealPage'))

export default function RecordPage() {
  const { object, id } = useParams({ strict: false }) as { object: string; id: string }
  const { t, say } = useTongue()
  const query = useRecord(object, id)
  const { meta, ...schema } = useObject(object)
  const process = useProcess(object, id)
  if (!query.data || !meta) return <Page title={t('common.record')}><QueryState query={query.data ? schema : query} /></Page>
  const record = query.data
  const waiting = <Page title={say(meta.definition.name)} back={`/records/${object}`}><Skeleton rows={8} label={t('common.loading')} /></Page>
  if (process.isPending) return waiting
  if (process.data?.playbook) return <Suspense fallback={waiting}><DealPage key={id} object={object} record={record} meta={meta} process={process.data} /></Suspense>
  const title = String(record[meta.definition.title] ?? '') || say(meta.definition.name)
  return (
    <Page title={say(meta.definition.name)} subject={title} back="/">
      <OpeningGuidance object={object} id={id} />
      <div><h1 className="xj-headline">{title}</h1><p className="xj-muted">{say(meta.definition.name)}</p></div>
      <div className="xj-split">
        <Card flush title={t('lead.tab.timeline')}><Timeline object={object} id={id} meta={meta} /></Card>
        <div className="xj-stack">
          <Card title={t('lead.facts')}><FactsPanel object={object} record={record} meta={meta} fields={[...meta.fields.values()].filter((field) => !field.system || ['owner', 'created_at'].includes(field.key))} people={record.people} related={record.related} /></Card>
          {meta.definition.inverses?.map((inverse) => <RelatedCard key={inverse.key} object={object} id={id} inverse={inverse} />)}
        </div>
      </div>
    </Page>
  )
}
