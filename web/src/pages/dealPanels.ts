/**
 * Cards of other features on the page of a record that follows a playbook, in this order, below its checklist.
 * The list stands with the pages because features never import each other: add a line with a lazy component.
 */
import type { RecordPanel } from '@/metadata/panels'

export const DEAL_PANELS: RecordPanel[] = []
