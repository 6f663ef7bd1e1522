/** Any record that has no page of its own: title, facts, log. */
import { useParams } from '@tanstack/react-router'
import { Timeline } from '@/features/leads/Timeline'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { FactsPanel } from '@/metadata/RecordFacts'
import { useRecord } from '@/metadata/records'
import { useObject } from '@/metadata/schema'
import { Card } from '@/ui/Card'
import { Page } from '@/ui/Page'
import '@/features/leads/lead.css'

export default function RecordPage() {
  const { object, id } = useParams({ strict: false }) as { object: string; id: string }
  const { t, say } = useTongue()
  const query = useRecord(object, id)
  const { meta, ...schema } = useObject(object)
  if (!query.data || !meta) return <Page title={t('common.record')}><QueryState query={query.data ? schema : query} /></Page>
  const record = query.data
  const title = String(record[meta.definition.title] ?? '') || say(meta.definition.name)
  return (
    <Page title={say(meta.definition.name)} subject={title} back="/">
      <div><h1 className="xj-headline">{title}</h1><p className="xj-muted">{say(meta.definition.name)}</p></div>
      <div className="xj-split">
        <Card flush title={t('lead.tab.timeline')}><Timeline object={object} id={id} meta={meta} /></Card>
        <Card title={t('lead.facts')}><FactsPanel object={object} record={record} meta={meta} fields={[...meta.fields.values()].filter((field) => !field.system || ['owner', 'created_at'].includes(field.key))} people={record.people} related={record.related} /></Card>
      </div>
    </Page>
  )
}
