/** What every editor of a definition is given, and the small edits it makes: parts named by path, all else kept word for word. */
import { useEffect, useRef } from 'react'
import type { Problem } from '@/api/types'

export type Doc = Record<string, unknown>
export type { Problem }

/** An editor edits the document and shows the problems of its parts; loading, saving and publishing are the frame's. */
export interface EditorProps {
  document: Doc
  onChange: (next: Doc) => void
  problems: Problem[]
  readOnly: boolean
  /** The document in force, null before the first publish. */
  published: Doc | null
}
export interface PreviewProps { document: Doc; problems: Problem[] }

type Path = string | readonly (string | number)[]
const steps = (path: Path): (string | number)[] => (typeof path === 'string' ? path.split('.').filter(Boolean).map((step) => (/^\d+$/.test(step) ? Number(step) : step)) : [...path])

/** The part at a path, undefined where there is none. */
export function getAt(document: unknown, path: Path): unknown {
  return steps(path).reduce<unknown>((node, step) => (node && typeof node === 'object' ? (node as Record<string | number, unknown>)[step] : undefined), document)
}

/** The document with one part replaced; `undefined` takes the part away. Nothing else changes, not even its order. */
export function setAt<T>(document: T, path: Path, value: unknown): T {
  const [step, ...rest] = steps(path)
  if (step === undefined) return value as T
  if (Array.isArray(document) || (document === undefined || document === null) && typeof step === 'number') {
    const list = [...((document as unknown[] | null | undefined) ?? [])]
    if (!rest.length && value === undefined) list.splice(Number(step), 1)
    else list[Number(step)] = rest.length ? setAt(list[Number(step)], rest, value) : value
    return list as T
  }
  const held = (document && typeof document === 'object' ? document : {}) as Record<string, unknown>
  const next = rest.length ? setAt(held[step], rest, value) : value
  if (next === undefined) return Object.fromEntries(Object.entries(held).filter(([key]) => key !== String(step))) as T
  return { ...held, [step]: next } as T
}

/** The list with one item put in, at the end without a place. */
export const putIn = <T,>(list: readonly T[], item: T, at = list.length): T[] => [...list.slice(0, at), item, ...list.slice(at)]
export const takeOut = <T,>(list: readonly T[], at: number): T[] => list.filter((_, place) => place !== at)
/** The list with the item at `from` standing at `to`. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = takeOut(list, from)
  return putIn(rest, list[from] as T, Math.max(0, Math.min(rest.length, to)))
}

/** A problem's path inside its own document: a publish puts "kind/key: " in front. */
export const ownPath = (problem: Problem) => (problem.path ?? '').replace(/^[a-z0-9_]+\/[a-z0-9_]+:? ?/, '')

/** The problems of a part and of everything in it. */
export const problemsAt = (problems: readonly Problem[], path: string) => problems.filter((problem) => { const own = ownPath(problem); return own === path || own.startsWith(`${path}.`) })

const GO = 'xingji:go-to'

/** Asks the editor on screen to open the part, then brings it into view, unless its reader has gone on to another place meanwhile. */
export function goTo(path: string) {
  window.dispatchEvent(new CustomEvent<string>(GO, { detail: path }))
  const from = document.activeElement
  setTimeout(() => {
    const now = document.activeElement
    if (now !== from && now !== document.body) return
    const parts = path.split('.')
    for (let length = parts.length; length > 0; length--) {
      const place = document.querySelector<HTMLElement>(`[data-path="${CSS.escape(parts.slice(0, length).join('.'))}"]`)
      if (!place) continue
      place.scrollIntoView({ block: 'center' })
      const control = place.matches('input, textarea, select, button') ? place : place.querySelector<HTMLElement>('input:not([type=hidden]), textarea, select, button')
      control?.focus()
      return
    }
  }, 60)
}

/** Runs when somebody asks for a part: open what holds it. Mark parts with `data-path`. */
export function useGoTo(open: (path: string) => void) {
  const latest = useRef(open)
  latest.current = open
  useEffect(() => {
    const listen = (event: Event) => latest.current((event as CustomEvent<string>).detail)
    window.addEventListener(GO, listen)
    return () => window.removeEventListener(GO, listen)
  }, [])
}
