/** The customer's people by their part in the decision; who has the last word stands first, and what is not known is said. */
import { Link } from '@tanstack/react-router'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { useRecordPage } from '@/metadata/records'
import { useObject } from '@/metadata/schema'
import { optionName } from '@/metadata/values'
import { Avatar } from '@/ui/Avatar'
import { Card } from '@/ui/Card'

const FIELD = 'role'

export function PeopleMap({ customer }: { customer: string }) {
  const { t, tongue } = useTongue()
  const { meta } = useObject('contact')
  const role = meta?.fields.get(FIELD)
  const known = Boolean(role?.options?.length)
  const query = useRecordPage('contact', { filter: `customer == "${customer}"`, limit: 50 }, known)
  if (!meta || !role || !known) return null
  if (!query.data) return <Card title={t('deal.people')}><QueryState query={query} rows={2} /></Card>
  const rows = query.data.rows
  const groups = [...role.options!.map((option) => option.key), ''].map((key) => ({ key, people: rows.filter((row) => String(row[FIELD] ?? '') === key) }))
  return (
    <Card title={t('deal.people')} aside={<span>{t('deal.people_count', { count: rows.length })}</span>}>
      <ul className="xj-peoplemap">
        {groups.filter(({ key, people }) => key || people.length).map(({ key, people }) => (
          <li key={key || 'none'} data-role={key}>
            <h3 className="xj-small xj-muted">{key ? optionName(role, key, tongue) : t('deal.people_unknown')}</h3>
            {people.length ? <ul>{people.map((row) => <li key={row.id}><Link className="xj-chain__person" to="/records/$object/$id" params={{ object: 'contact', id: row.id }}><Avatar name={String(row.name ?? '?')} /><span><span>{String(row.name ?? '—')}</span>{typeof row.title === 'string' && row.title && <span className="xj-small xj-muted"> {row.title}</span>}</span></Link></li>)}</ul> : <p className="xj-small xj-muted xj-chain__gap">{t('deal.people_gap')}</p>}
          </li>
        ))}
      </ul>
    </Card>
  )
}
