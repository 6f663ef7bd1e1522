/** A deed over a selection: asked beforehand, done in portions that share one change, undone as one. */
import type { Problem } from '@/api/types'
import { call } from '@/lib/api'
import { withGuidance } from '../guidance'

export interface Deed { set?: Record<string, unknown>; add?: Record<string, string[]>; remove?: Record<string, string[]>; delete?: boolean; command?: 'pool'; value?: unknown }
export interface Chosen { ids?: string[]; filter?: string; search?: string }
export interface Refusal { id: string; title: string | null; problems: Problem[] }
export interface Preview { count: number; checked: number; change: number; same: number; refused: number; refusals: Refusal[]; samples: { id: string; title: string | null; before: Record<string, unknown>; after: Record<string, unknown> }[]; people?: Record<string, string>; related?: Record<string, string> }
interface Portion { change: string | null; changed: number; refused: number; refusals: Refusal[]; done: number; next: string | null }
export interface Progress { done: number; changed: number; refused: number; refusals: Refusal[]; change: string | null; finished: boolean }

export const previewDeed = (object: string, chosen: Chosen, deed: Deed) => call<Preview>('post', '/api/v1/records/{object_key}/bulk/preview', { path: { object_key: object }, body: { ...chosen, ...deed } })

/** Works through the selection, as a part of `change` where one is given; what is done so far is told after every portion, and stays when a later one fails. */
export async function runDeed(object: string, chosen: Chosen, deed: Deed, tell: (progress: Progress) => void, stopped: () => boolean, change: string | null = null): Promise<Progress> {
  const total: Progress = { done: 0, changed: 0, refused: 0, refusals: [], change, finished: false }
  let after: string | null = null
  for (;;) {
    const step: Record<string, unknown> = { ...(after ? { after } : {}), ...(total.change ? { change: total.change } : {}) }
    const portion: Portion = await withGuidance((headers) => call<Portion>('post', '/api/v1/records/{object_key}/bulk/run', { path: { object_key: object }, body: { ...chosen, ...deed, ...step }, headers }))
    total.done += portion.done
    total.changed += portion.changed
    total.refused += portion.refused
    total.refusals = [...total.refusals, ...portion.refusals].slice(0, 50)
    total.change = portion.change ?? total.change
    total.finished = portion.next === null
    tell({ ...total })
    if (total.finished || stopped()) return total
    after = portion.next
  }
}

/** The selection as the server is asked for it. */
export const chosenOf = (ids: ReadonlySet<string>, everything: boolean, filter: string, search: string): Chosen => (everything ? { ...(filter ? { filter } : { filter: 'version > 0' }), ...(search ? { search } : {}) } : { ids: [...ids] })
