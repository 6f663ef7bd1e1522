/** The lead list: the list screen with the response clock. */
import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import type { RecordRow } from '@/api/types'
import { leadSecond, leadTitle } from '@/features/leads/LeadHead'
import { LeadClockChip } from '@/features/leads/LeadClockChip'
import { useLeadTimers } from '@/features/leads/queries'
import { useTongue } from '@/lib/text'
import { useObject } from '@/metadata/schema'
import { AnchorButton } from '@/ui/Button'
import { ListScreen, type Extra } from './ListScreen'

const FALLBACK = ['status', 'intent', 'source', 'owner', 'created_at']
const IN_TITLE = new Set(['name', 'company'])
const toLead = (row: RecordRow) => `/leads/${row.id}`

function useClocks(rows: RecordRow[]): Extra {
  const { t } = useTongue()
  const times = useLeadTimers(useMemo(() => rows.map((row) => row.id), [rows]))
  return useMemo(() => ({
    columns: [{ key: 'clock', label: t('clock.label'), width: 172, cell: (row: RecordRow) => <LeadClockChip lead={row} timers={times.timers.get(row.id)} fired={times.fired.get(row.id)} /> }],
    overdue: (row: RecordRow) => !row.first_response_at && (times.fired.get(row.id)?.length ?? 0) > 0,
  }), [t, times])
}

export default function LeadsPage() {
  const { t } = useTongue()
  const navigate = useNavigate()
  const { meta } = useObject('lead')
  const may = meta?.definition.can?.create !== false
  return (
    <ListScreen object="lead" title={t('nav.leads')} count="list.leads" fallback={FALLBACK} inTitle={IN_TITLE} titleField="company" titleOf={leadTitle} secondOf={leadSecond} to={toLead} useExtra={useClocks}
      nothing={{ title: t('list.no_leads'), help: t('list.no_leads_help') }}
      action={may && <AnchorButton kind="primary" icon="plus" href="/capture" onClick={(event) => { event.preventDefault(); void navigate({ to: '/capture' }) }}>{t('lead.new')}</AnchorButton>} />
  )
}
