/** Rows that arrive above what is being read do not move it: the place is kept, and how many came is told. */
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import { itemKey, startsOf, type Item } from './groups'

interface Kept { asked: string; keys: string[]; starts: number[] }

/** `asked`: what the list shows; another question begins anew. `height` is that of a row. */
export function useKeepPlace(box: RefObject<HTMLElement | null>, items: Item[], height: number, asked: string) {
  const [fresh, setFresh] = useState(0)
  const kept = useRef<Kept | null>(null)
  useLayoutEffect(() => {
    const before = kept.current
    const now: Kept = { asked, keys: items.map(itemKey), starts: startsOf(items, height) }
    kept.current = now
    const top = box.current?.scrollTop ?? 0
    if (!before || before.asked !== asked || top < height / 2) { setFresh(0); return }
    const at = before.starts.findLastIndex((start) => start <= top)
    const place = now.keys.indexOf(before.keys[at] ?? '')
    if (at < 0 || place < 0) return
    const moved = now.starts[place]! - before.starts[at]!
    if (moved) box.current!.scrollTop = top + moved
    const known = new Set(before.keys)
    const came = now.keys.slice(0, place).filter((key) => !key.startsWith('group:') && !known.has(key)).length
    if (came) setFresh((count) => count + came)
  }, [box, items, height, asked])
  useEffect(() => {
    const host = box.current
    const seen = () => { if (host && host.scrollTop < 4) setFresh(0) }
    host?.addEventListener('scroll', seen, { passive: true })
    return () => host?.removeEventListener('scroll', seen)
  }, [box])
  return { fresh, toTop: () => { box.current?.scrollTo({ top: 0 }); setFresh(0) } }
}
