/** Checklists that stand before a write: asked by the server's refusal, answered by a dialog, sent along with the same write again. */
import type { Guidance } from '@/api/types'
import { ApiError } from '@/lib/api'

export interface Asked { guidance: Guidance[]; answer: (items: Record<string, string[]> | null) => void }

let asked: Asked | null = null
const listeners = new Set<() => void>()

export const guidanceStore = {
  subscribe: (listener: () => void) => { listeners.add(listener); return () => { listeners.delete(listener) } },
  get: () => asked,
}

const put = (next: Asked | null) => { asked = next; listeners.forEach((listener) => listener()) }

const ask = (guidance: Guidance[]) => new Promise<Record<string, string[]> | null>((resolve) => {
  asked?.answer(null)
  put({ guidance, answer: (items) => { put(null); resolve(items) } })
})

/** The checklists a refusal asks for, when it asks for nothing else. */
export function guidanceOf(error: unknown): Guidance[] {
  if (!(error instanceof ApiError) || !error.problems.length || !error.problems.every((problem) => problem.code === 'guidance.required')) return []
  const found = new Map<string, Guidance>()
  for (const problem of error.problems) { const one = problem.params?.guidance as unknown as Guidance | undefined; if (one) found.set(one.key, one) }
  return [...found.values()]
}

export const headerOf = (items: Record<string, string[]>) => Object.entries(items).map(([key, ticked]) => `${key}=${ticked.join(',')}`).join(';')

/** A write that is made again with what was ticked, once for every further checklist it meets. */
export async function withGuidance<T>(send: (headers: Record<string, string>) => Promise<T>): Promise<T> {
  let ticked: Record<string, string[]> = {}
  for (;;) {
    try {
      return await send(Object.keys(ticked).length ? { 'X-Guidance': headerOf(ticked) } : {})
    } catch (error) {
      const lists = guidanceOf(error).filter((each) => !(each.key in ticked))
      if (!lists.length) throw error
      const answer = await ask(lists)
      if (!answer) throw error
      ticked = { ...ticked, ...answer }
    }
  }
}
