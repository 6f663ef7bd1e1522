/** Records of another object that lead here, the first of them. */
import { Link } from '@tanstack/react-router'
import type { Inverse } from '@/api/types'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { useRelated } from '@/metadata/records'
import { useObject } from '@/metadata/schema'
import { Card } from '@/ui/Card'

export function RelatedCard({ object, id, inverse }: { object: string; id: string; inverse: Inverse }) {
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
