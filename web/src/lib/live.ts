/**
 * One event stream per browser: the tab that holds the lock reads it and tells the others.
 * An event carries topic, id and version; never the record. Where Web Locks are missing each tab reads its own stream.
 */
export interface LiveEvent { topic: string; id?: string; version?: number; cursor?: string }
export type LiveState = 'connecting' | 'open' | 'lost'

interface LiveOptions {
  url: string
  name: string
  /** The end of the log before anything shown was loaded: the stream begins there, not when it happens to open. */
  from?: string | null | undefined
  onEvent: (event: LiveEvent) => void
  /** Called after a gap whose events cannot be replayed: everything shown may be stale. */
  onGap: () => void
  onState?: (state: LiveState) => void
}

type Message = { kind: 'event'; event: LiveEvent } | { kind: 'state'; state: LiveState } | { kind: 'gap' } | { kind: 'hello' }

/** Join the stream; the returned function leaves it. */
export function joinLive(options: LiveOptions): () => void {
  const channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel(`xingji.live.${options.name}`) : null
  const stop = new AbortController()
  let last = options.from ?? ''
  let leading = false
  let present: LiveState = 'connecting'

  const take = (message: Message) => {
    if (message.kind === 'event') {
      if (message.event.cursor) last = message.event.cursor
      options.onEvent(message.event)
    } else if (message.kind === 'gap') options.onGap()
    else if (message.kind === 'state') { present = message.state; options.onState?.(message.state) }
    else if (leading) channel?.postMessage({ kind: 'state', state: present } satisfies Message)
  }
  const tell = (message: Message) => { take(message); channel?.postMessage(message) }
  if (channel) channel.onmessage = (event: MessageEvent<Message>) => take(event.data)

  const lead = () => new Promise<void>((done) => {
    leading = true
    const close = readStream(options.url, () => last, tell)
    stop.signal.addEventListener('abort', () => { close(); done() })
  })
  if (navigator.locks) void navigator.locks.request(`xingji.live.${options.name}`, { signal: stop.signal }, lead).catch(() => undefined)
  else void lead()
  channel?.postMessage({ kind: 'hello' } satisfies Message)
  return () => { stop.abort(); channel?.close() }
}

function readStream(url: string, last: () => string, tell: (message: Message) => void): () => void {
  let source: EventSource | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let wait = 500
  let opened = false
  const connect = () => {
    const from = last()
    source = new EventSource(from ? `${url}?last=${encodeURIComponent(from)}` : url)
    source.onopen = () => {
      wait = 500
      if (opened && !from) tell({ kind: 'gap' })
      opened = true
      tell({ kind: 'state', state: 'open' })
    }
    const handle = (message: MessageEvent<string>) => {
      const event = parseEvent(message)
      if (event) tell(event.topic === 'gap' || event.topic === 'reset' ? { kind: 'gap' } : { kind: 'event', event })
    }
    source.onmessage = handle
    for (const kind of ['change', 'reset', 'gap']) source.addEventListener(kind, handle)
    source.onerror = () => {
      source?.close()
      tell({ kind: 'state', state: 'lost' })
      retry = setTimeout(connect, wait)
      wait = Math.min(wait * 2, 15_000)
    }
  }
  connect()
  return () => { source?.close(); if (retry) clearTimeout(retry) }
}

/** The event of one message, or nothing when it cannot be read. */
export function parseEvent(message: Pick<MessageEvent<string>, 'data' | 'lastEventId' | 'type'>): LiveEvent | null {
  if (message.type === 'reset' || message.type === 'gap') return { topic: 'gap' }
  try {
    const event = JSON.parse(message.data) as LiveEvent
    if (typeof event.topic !== 'string') return null
    return { ...event, ...(message.lastEventId ? { cursor: message.lastEventId } : {}) }
  } catch {
    return null
  }
}
