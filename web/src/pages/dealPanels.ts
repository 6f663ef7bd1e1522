/**
 * Cards of other features on the page of a record that follows a playbook, in this order, below its checklist.
 * The list stands with the pages because features never import each other: add a line with a lazy component.
 */
import { lazy } from 'react'
import type { RecordPanel } from '@/metadata/panels'

export const DEAL_PANELS: RecordPanel[] = [
  { key: 'risks', component: lazy(() => import('@/features/radar/RiskPanel')) },
  { key: 'coach', component: lazy(() => import('@/features/coach/CoachPanel')) },
]
