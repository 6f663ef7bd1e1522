/**
 * The workspace's clock as this browser knows it: running with an offset, or moved (a fixed instant).
 * Screens read the time here and nowhere else, so that a demo or a test on a moved clock shows the right countdown.
 */
import { useEffect, useState, useSyncExternalStore } from 'react'

export interface WorkspaceClock { now: string; fixed: boolean; moved: boolean; zone: string }

interface State extends WorkspaceClock { at: number; base: number }

const tick = () => performance.now()
let state: State = { now: '', fixed: false, moved: false, zone: 'Asia/Shanghai', at: tick(), base: Date.now() }
const listeners = new Set<() => void>()

/** Take over the server's answer about the clock. */
export function setClock(clock: WorkspaceClock) {
  state = { ...clock, at: tick(), base: Date.parse(clock.now) || Date.now() }
  listeners.forEach((listener) => listener())
}

/** The workspace's present instant in milliseconds. */
export function clockNow(): number {
  return state.fixed ? state.base : state.base + (tick() - state.at)
}

export const clockZone = () => state.zone

const subscribe = (listener: () => void) => { listeners.add(listener); return () => { listeners.delete(listener) } }

export const useClock = (): WorkspaceClock => useSyncExternalStore(subscribe, () => state)

const beats = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

/** The present instant, renewed about every `step` ms while the page is visible. */
export function useNow(step = 1000): number {
  const clock = useSyncExternalStore(subscribe, () => state)
  const [now, setNow] = useState(clockNow)
  useEffect(() => {
    let seen = 0
    const beat = () => {
      const real = Date.now()
      if (document.hidden || real - seen < step - 20) return
      seen = real
      setNow(clockNow())
    }
    setNow((old) => (Math.abs(clockNow() - old) < step ? old : clockNow()))
    beats.add(beat)
    timer ??= setInterval(() => beats.forEach((each) => each()), 1000)
    return () => {
      beats.delete(beat)
      if (!beats.size && timer) { clearInterval(timer); timer = undefined }
    }
  }, [step, clock])
  return now
}
