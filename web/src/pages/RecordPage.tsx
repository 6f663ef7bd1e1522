/** Any record that has no page of its own: title, facts, log. */
import { Link, useParams } from '@tanstack/react-router'
import type { Inverse } from '@/api/types'
import { Timeline } from '@/features/leads/Timeline'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { OpeningGuidance } from '@/metadata/GuidanceHost'
import { FactsPanel } from '@/metadata/RecordFacts'
import { useRecord, useRelated } from '@/metadata/records'
import { useObject } from '@/metadata/schema'
import { Card } from '@/ui/Card'
import { Page } from '@/ui/Page'
import { DealPanels } from './DealPage'
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
      <OpeningGuidance object={object} id={id} />
      <div><h1 className="xj-headline">{title}</h1><p className="xj-muted">{say(meta.definition.name)}</p></div>
      <div className="xj-split">
        <div className="xj-stack">
          {meta.fields.has('playbook') && <DealPanels object={object} record={record} />}
          <Card flush title={t('lead.tab.timeline')}><Timeline object={object} id={id} meta={meta} /></Card>
        </div>
        <div className="xj-stack">
          <Card title={t('lead.facts')}><FactsPanel object={object} record={record} meta={meta} fields={[...meta.fields.values()].filter((field) => !field.system || ['owner', 'created_at'].includes(field.key))} people={record.people} related={record.related} /></Card>
          {meta.definition.inverses?.map((inverse) => <RelatedCard key={inverse.key} object={object} id={id} inverse={inverse} />)}
        </div>
      </div>
    </Page>
  )
}

function RelatedCard({ object, id, inverse }: { object: string; id: string; inverse: Inverse }) {
  const { t, tongue, say } = useTongue()
  const query = useRelated(object, id, inverse.key)
  const { meta } = useObject(inverse.object)
  if (!query.data || !meta) return <Card flush title={say(inverse.name, inverse.key)}><QueryState query={query} rows={2} /></Card>
  if (!query.data.rows.length) return null
  const path = (row: string) => (inverse.object === 'lead' ? `/leads/${row}` : `/records/${inverse.object}/${row}`)
  return (
    <Card flush title={say(inverse.name, inverse.key)} aside={query.data.next ? <span>{t('common.first_rows', { count: query.data.rows.length })}</span> : undefined}>
      <ul>{query.data.rows.map((row) => <li key={row.id}><Link to={path(row.id)} className="xj-row" style={{ color: 'inherit' }}><span className="xj-row__main"><strong>{String(row.company || row[meta.definition.title] || '—')}</strong><span className="xj-small xj-muted">{row.created_at ? moment(row.created_at, tongue) : ''}</span></span></Link></li>)}</ul>
    </Card>
  )
}
