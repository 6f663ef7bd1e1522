/** The one query client, and what a live event makes stale. */
import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './api'
import type { LiveEvent } from './live'

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always',
      staleTime: 20_000,
      retry: (count, error) => count < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 502),
      refetchOnWindowFocus: false,
    },
    mutations: { networkMode: 'always' },
  },
})

const held = new Set<string>()
const versions = new Map<string, number>()

/** While something of a record is being edited, events do not replace what is on screen. */
export const holdRecord = (object: string, id: string) => { held.add(`${object}/${id}`); return () => { held.delete(`${object}/${id}`) } }

/** Our own write's answer: its event will bring nothing new. */
export const knowVersion = (object: string, id: string, version: number | undefined) => { if (version) versions.set(`${object}/${id}`, version) }

/** Reads again. A first read that is under way may not know of what happened since: it is read once more when it is there. */
export function readAgain(queryKey?: readonly unknown[]) {
  const filter = queryKey && { queryKey }
  for (const query of queryClient.getQueryCache().findAll(filter)) if (!query.state.dataUpdatedAt) query.promise?.then(() => queryClient.invalidateQueries(query), () => 0)
  void queryClient.invalidateQueries(filter)
}

let waiting = new Map<string, readonly unknown[]>()
let flush: ReturnType<typeof setTimeout> | undefined

function soon(key: readonly unknown[]) {
  waiting.set(JSON.stringify(key), key)
  flush ??= setTimeout(() => {
    const keys = [...waiting.values()]
    waiting = new Map()
    flush = undefined
    keys.forEach(readAgain)
  }, 120)
}

let clocks: ReturnType<typeof setTimeout> | undefined

/** Clocks a change starts are armed by the rules after it, without an event of their own: they are looked at once more. */
function clocksToo() {
  soon(['timers'])
  clearTimeout(clocks)
  clocks = setTimeout(() => soon(['timers']), 2_000)
}

/** Query keys: ['records', object, 'list' | 'one' | 'part', …], ['inbox'], ['schema'], ['definitions'], ['session'], ['heat'], ['risks']. */
export function takeLiveEvent(event: LiveEvent) {
  const { topic, id } = event
  if (topic === 'definitions') { soon(['definitions']); soon(['schema']); return }
  if (topic === 'inbox') { soon(['inbox']); soon(['session']); soon(['approvals']); return }
  if (topic === 'clock') { soon(['session']); soon(['timers']); return }
  const name = id ? `${topic}/${id}` : ''
  soon(['records', topic, 'list'])
  clocksToo()
  if (id && !held.has(name)) {
    if (!event.version || versions.get(name) !== event.version) soon(['records', topic, 'one', id])
    soon(['records', topic, 'part', id])
  }
  soon(['risks'])
  if (topic === 'lead') { soon(['heat']); soon(['pools']) }
}

export const refreshEverything = () => readAgain()
