/** Handing over everything a filter shows, from any screen: the bulk dialog with its preview and undo, loaded when opened. */
import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { useObject } from '../schema'

const BulkDialog = lazy(() => import('./BulkDialog'))
export interface AllOf { object: string; filter: string }

export function BulkAll({ of, onClose }: { of: AllOf; onClose: () => void }) {
  const { meta } = useObject(of.object)
  const client = useQueryClient()
  const done = () => { for (const key of ['records', 'daily', 'timers']) void client.invalidateQueries({ queryKey: [key] }); onClose() }
  return meta ? <Suspense fallback={null}><BulkDialog act="owner" meta={meta} chosen={{ filter: of.filter }} onClose={onClose} onDone={done} /></Suspense> : null
}
