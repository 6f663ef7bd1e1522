/** Which rows are chosen: single ones, a range with shift, the rows loaded, or all that the list would show. */
import { useCallback, useMemo, useRef, useState } from 'react'

export interface Selection {
  ids: ReadonlySet<string>
  /** Everything the filter finds, loaded or not. */
  everything: boolean
  size: number
  toggle: (id: string, index: number, range: boolean) => void
  chooseLoaded: () => void
  chooseEverything: () => void
  clear: () => void
}

/** `scope` names the list as it is filtered now: another scope has its own selection. */
export function useSelection(order: string[], scope: string): Selection {
  const [state, setState] = useState<{ scope: string; ids: ReadonlySet<string>; everything: boolean }>({ scope, ids: new Set(), everything: false })
  const last = useRef<number | null>(null)
  const rows = useRef(order)
  rows.current = order
  const here = useMemo(() => (state.scope === scope ? state : { scope, ids: new Set<string>(), everything: false }), [state, scope])
  const toggle = useCallback((id: string, index: number, range: boolean) => {
    const from = range && last.current !== null ? last.current : index
    last.current = index
    setState((old) => {
      const next = new Set(old.scope === scope ? old.ids : [])
      const on = !next.has(id)
      for (let at = Math.min(from, index); at <= Math.max(from, index); at++) { const each = rows.current[at]; if (each) { if (on) next.add(each); else next.delete(each) } }
      return { scope, ids: next, everything: false }
    })
  }, [scope])
  const chooseLoaded = useCallback(() => setState((old) => ({ scope, ids: old.scope === scope && rows.current.every((id) => old.ids.has(id)) ? new Set<string>() : new Set(rows.current), everything: false })), [scope])
  const chooseEverything = useCallback(() => setState({ scope, ids: new Set(rows.current), everything: true }), [scope])
  const clear = useCallback(() => { last.current = null; setState({ scope, ids: new Set(), everything: false }) }, [scope])
  return useMemo(() => ({ ids: here.ids, everything: here.everything, size: here.ids.size, toggle, chooseLoaded, chooseEverything, clear }), [here, toggle, chooseLoaded, chooseEverything, clear])
}
