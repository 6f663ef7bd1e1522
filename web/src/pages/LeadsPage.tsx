/** The lead list: the list screen with the response clock. */
import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { RecordRow, Schema } from '@/api/types'
import { leadSecond, leadTitle } from '@/features/leads/LeadHead'
import { ClockBook, useClockBook, useClocks } from '@/features/leads/clocks'
import { LeadClockChip, VipTag } from '@/features/leads/LeadClockChip'
import { isPressing } from '@/features/leads/sla'
import { useTongue } from '@/lib/text'
import { askAhead, type ListSearch } from '@/metadata/lists/views'
import { useObject } from '@/metadata/schema'
import { AnchorButton } from '@/ui/Button'
import { ListScreen, type Extra } from './ListScreen'

const FALLBACK = ['status', 'intent', 'source', 'owner', 'created_at']
const IN_TITLE = new Set(['name', 'company'])
const toLead = (row: RecordRow) => `/leads/${row.id}`

function Clock({ lead, book }: { lead: RecordRow; book: ClockBook }) {
  const clocks = useClocks(book, lead.id)
  return <span className="xj-line-nowrap"><VipTag lead={lead} />{Boolean(clocks || lead.first_response_at) && <LeadClockChip lead={lead} timers={clocks?.timers} fired={clocks?.fired} />}</span>
}

function useLeadClocks(rows: RecordRow[]): Extra {
  const { t } = useTongue()
  const { book, onShown } = useClockBook(useMemo(() => rows.map((row) => row.id), [rows]))
  return useMemo(() => ({
    columns: [{ key: 'clock', label: t('clock.label'), width: 172, cell: (row: RecordRow) => <Clock lead={row} book={book} /> }],
    useOverdue: (row: RecordRow) => Boolean(useClocks(book, row.id)?.fired.length) && (!row.first_response_at || isPressing(row)),
    onShown,
  }), [t, book, onShown])
}

export const ahead = (schema: Schema, search: ListSearch) => askAhead(schema, 'lead', FALLBACK, search)

export default function LeadsPage() {
  const { t } = useTongue()
  const navigate = useNavigate()
  const { meta } = useObject('lead')
  const may = meta?.definition.can?.create !== false
  return (
    <ListScreen object="lead" title={t('nav.leads')} count="list.leads" fallback={FALLBACK} inTitle={IN_TITLE} titleField="company" titleOf={leadTitle} secondOf={leadSecond} to={toLead} useExtra={useLeadClocks}
      nothing={{ title: t('list.no_leads'), help: t('list.no_leads_help') }}
      action={may && <AnchorButton kind="primary" icon="plus" href="/capture" onClick={(event) => { event.preventDefault(); void navigate({ to: '/capture' }) }}>{t('lead.new')}</AnchorButton>} />
  )
}
