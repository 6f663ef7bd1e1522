/** A customer: who is in charge and who else, what is running in money, contacts one tap away, deals, leads and tasks, the log. */
import { Link, useParams } from '@tanstack/react-router'
import { useMemo, type ReactNode } from 'react'
import type { FieldDefinition, Inverse, RecordRow } from '@/api/types'
import { NewContact } from '@/features/customers/NewContact'
import { dialable } from '@/features/leads/CallSheet'
import { VipCard } from '@/features/customers/VipCard'
import { LeadClockChip, VipTag } from '@/features/leads/LeadClockChip'
import { leadTitle } from '@/features/leads/LeadHead'
import { useLeadTimers } from '@/features/leads/queries'
import { Timeline } from '@/features/leads/Timeline'
import { useIsPhone } from '@/lib/screen'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { OpeningGuidance } from '@/metadata/GuidanceHost'
import { QueryState } from '@/metadata/QueryState'
import { FactsPanel } from '@/metadata/RecordFacts'
import { useRecord, useRelated } from '@/metadata/records'
import { useObject, type ObjectMeta } from '@/metadata/schema'
import { useValues } from '@/metadata/useValues'
import { valueText, type ValueContext } from '@/metadata/values'
import { Avatar } from '@/ui/Avatar'
import { AnchorButton } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { Tag } from '@/ui/Status'
import '@/features/leads/lead.css'
import './workbench.css'

const HEAD = new Set(['owner', 'created_at', 'name', 'level', 'vip_since'])
type Related = ReturnType<typeof useRelated>

export default function CustomerPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const { t, tongue } = useTongue()
  const phone = useIsPhone()
  const query = useRecord('customer', id)
  const { meta, ...schema } = useObject('customer')
  const contacts = useRelated('customer', id, 'contacts')
  const deals = useRelated('customer', id, 'deals')
  const leads = useRelated('customer', id, 'leads')
  const deal = useObject('deal').meta
  const context = useValues(query.data?.people, query.data?.related)
  if (!query.data || !meta) return <Page title={t('nav.customers')}><QueryState query={query.data ? schema : query} rows={8} /></Page>
  const record = query.data
  const title = String(record.name ?? '—')
  const open = (deals.data?.rows ?? []).filter((row) => row.status === 'open')
  const amount = deal?.fields.get('amount')
  const sum = open.reduce((total, row) => total + (typeof row.amount === 'number' ? row.amount : 0), 0)
  const owner = context.names.person(record.owner)
  const facts = [...meta.fields.values()].filter((field) => !HEAD.has(field.key) && !field.system && !field.server_owned)
  const others = (meta.definition.inverses ?? []).filter((inverse) => !['contacts', 'deals', 'leads'].includes(inverse.key))
  const panel = <FactsPanel object="customer" record={record} meta={meta} fields={facts} people={record.people} related={record.related} />
  const followed = typeof record.last_followup_at === 'string' ? moment(record.last_followup_at, tongue) : ''
  return (
    <Page title={t('nav.customers')} subject={title} back="/records/customer">
      <OpeningGuidance object="customer" id={id} />
      <header>
        <div className="xj-line"><h1 className="xj-headline">{title}</h1>{meta.fields.has('level') && record.level ? <Tag tint>{valueText(record.level, meta.fields.get('level')!, context)}</Tag> : null}<VipTag lead={record} /></div>
        <p className="xj-facts-line">
          <span>{owner ? t('customer.owner_is', { owner }) : t('lead.no_owner')}</span>
          {deals.data && <span>{open.length ? t('customer.open_deals', { count: open.length, sum: amount && sum ? valueText(sum, amount, context) : '' }) : t('customer.no_deals')}</span>}
          <span>{followed ? t('customer.followed', { at: followed }) : t('customer.never_followed')}</span>
        </p>
      </header>
      <div className="xj-split">
        <div className="xj-stack">
          <Contacts customer={id} query={contacts} />
          <Rows title={t('nav.deals')} query={deals} empty={t('customer.no_deals')} icon="deal">{(rows) => rows.map((row) => <DealLine key={row.id} row={row} meta={deal} />)}</Rows>
          <Leads query={leads} />
          {phone && <details className="xj-facts-fold"><summary>{t('lead.facts')}<Icon name="down" /></summary><div>{panel}</div></details>}
          <Card flush title={t('lead.tab.timeline')}><Timeline object="customer" id={id} meta={meta} /></Card>
        </div>
        <aside className="xj-stack" aria-label={t('lead.facts')}>
          {record.vip === true && <VipCard id={id} since={record.vip_since} />}
          <Team owner={record.owner ?? null} deals={deals} leads={leads} context={context} />
          {!phone && <Card title={t('lead.facts')}>{panel}</Card>}
          {others.map((inverse) => <Other key={inverse.key} id={id} inverse={inverse} />)}
        </aside>
      </div>
    </Page>
  )
}

function Rows({ title, query, empty, icon, foot, children }: { title: string; query: Related; empty: string; icon: 'deal' | 'person' | 'meeting'; foot?: ReactNode; children: (rows: RecordRow[]) => ReactNode }) {
  const { t } = useTongue()
  return (
    <Card flush title={title} aside={query.data?.next ? <span>{t('common.first_rows', { count: query.data.rows.length })}</span> : undefined}>
      {!query.data ? <QueryState query={query} rows={2} /> : query.data.rows.length ? <ul>{children(query.data.rows)}</ul> : foot ? <p className="xj-row xj-muted">{empty}</p> : <Empty icon={icon} title={empty} />}
      {query.data && foot}
    </Card>
  )
}

function Contacts({ customer, query }: { customer: string; query: Related }) {
  const { t } = useTongue()
  return (
    <Rows title={t('customer.contacts')} query={query} empty={t('customer.no_contacts')} icon="meeting" foot={<NewContact customer={customer} />}>
      {(rows) => rows.map((row, at) => (
        <li key={row.id} className="xj-row">
          <Avatar name={String(row.name ?? '')} />
          <Link to="/records/$object/$id" params={{ object: 'contact', id: row.id }} className="xj-row__main" style={{ color: 'inherit' }}><strong className="xj-ellipsis">{String(row.name ?? '—')}</strong><span className="xj-facts-line xj-small">{[row.title, row.mobile].filter((each) => typeof each === 'string' && each).map((each) => <span key={String(each)}>{String(each)}</span>)}</span></Link>
          {dialable(row) && <AnchorButton {...(at === 0 ? { kind: 'primary' as const } : {})} icon="phone" href={`tel:${dialable(row)}`}>{t('next.call')}</AnchorButton>}
        </li>
      ))}
    </Rows>
  )
}

function DealLine({ row, meta }: { row: RecordRow; meta: ObjectMeta | null | undefined }) {
  const { tongue } = useTongue()
  const context = useValues()
  const word = (key: string) => { const field: FieldDefinition | undefined = meta?.fields.get(key); return field ? valueText(row[key], field, context) : '' }
  return (
    <li><Link to="/records/$object/$id" params={{ object: 'deal', id: row.id }} className="xj-row" style={{ color: 'inherit' }}>
      <span className="xj-row__main"><strong className="xj-ellipsis">{String(row.name ?? '—')}</strong><span className="xj-facts-line xj-small">{[word('stage'), word('status'), row.created_at ? moment(row.created_at, tongue) : ''].filter(Boolean).map((each) => <span key={each}>{each}</span>)}</span></span>
      <b className="xj-num" style={{ whiteSpace: 'nowrap' }}>{word('amount')}</b><Icon name="right" />
    </Link></li>
  )
}

function Leads({ query }: { query: Related }) {
  const { t, tongue } = useTongue()
  const times = useLeadTimers(useMemo(() => query.data?.rows.map((row) => row.id) ?? [], [query.data]))
  return (
    <Rows title={t('nav.leads')} query={query} empty={t('customer.no_leads')} icon="person">
      {(rows) => rows.map((row) => (
        <li key={row.id}><Link to="/leads/$id" params={{ id: row.id }} className="xj-row" style={{ color: 'inherit' }}>
          <span className="xj-row__main"><strong className="xj-ellipsis">{leadTitle(row)}</strong><span className="xj-facts-line xj-small">{typeof row.need === 'string' && row.need && <span className="xj-ellipsis">{row.need}</span>}{row.created_at && <span>{moment(row.created_at, tongue)}</span>}</span></span>
          <LeadClockChip lead={row} timers={times.timers.get(row.id)} fired={times.fired.get(row.id)} />
        </Link></li>
      ))}
    </Rows>
  )
}

/** Everybody who works on this customer, by what they are in charge of. */
function Team({ owner, deals, leads, context }: { owner: string | null; deals: Related; leads: Related; context: ValueContext }) {
  const { t } = useTongue()
  const more = useValues({ ...deals.data?.people, ...leads.data?.people })
  const parts = new Map<string, string[]>()
  const put = (person: unknown, part: string) => { if (typeof person === 'string') parts.set(person, [...new Set([...(parts.get(person) ?? []), part])]) }
  put(owner, t('customer.part.customer'))
  deals.data?.rows.forEach((row) => put(row.owner, t('customer.part.deal')))
  leads.data?.rows.forEach((row) => put(row.owner, t('customer.part.lead')))
  if (!parts.size) return null
  return <Card flush title={t('customer.team')}><ul>{[...parts].map(([person, of]) => { const name = context.names.person(person) || more.names.person(person); return <li key={person} className="xj-row"><Avatar name={name} round /><span className="xj-row__main"><strong>{name}</strong><span className="xj-small xj-second">{of.join(t('pool_told.and'))}</span></span></li> })}</ul></Card>
}

function Other({ id, inverse }: { id: string; inverse: Inverse }) {
  const { say } = useTongue()
  const query = useRelated('customer', id, inverse.key)
  const { meta } = useObject(inverse.object)
  if (!query.data?.rows.length || !meta) return null
  return <Card flush title={say(inverse.name, inverse.key)}><ul>{query.data.rows.map((row) => <li key={row.id}><Link to="/records/$object/$id" params={{ object: inverse.object, id: row.id }} className="xj-row" style={{ color: 'inherit' }}><span className="xj-row__main"><strong className="xj-ellipsis">{String(row[meta.definition.title] || '—')}</strong></span></Link></li>)}</ul></Card>
}
