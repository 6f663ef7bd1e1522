/** A record that follows a playbook: head, one next step, checklist, what other features add, timeline; health, approvals and facts beside. */
import { Suspense } from 'react'
import type { RecordRow } from '@/api/types'
import { Skeleton } from '@/ui/Empty'
import { useTongue } from '@/lib/text'
import { DEAL_PANELS } from './dealPanels'

/** The cards of other features. */
export function DealPanels({ object, record }: { object: string; record: RecordRow }) {
  const { t } = useTongue()
  return DEAL_PANELS.map(({ key, component: Panel }) => <Suspense key={key} fallback={<div className="xj-card"><Skeleton rows={2} label={t('common.loading')} /></div>}><Panel object={object} id={record.id} record={record} /></Suspense>)
}
