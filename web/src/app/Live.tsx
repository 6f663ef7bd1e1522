/** Joins the live stream of this workspace while signed in. */
import { useEffect } from 'react'
import { joinLive } from '@/lib/live'
import { onReturn } from '@/lib/offline'
import { refreshEverything, takeLiveEvent } from '@/lib/query'
import { useMe } from '@/metadata/session'

export function Live() {
  const me = useMe()
  const name = me ? `${me.workspace.key}.${me.person?.id ?? 'none'}` : ''
  useEffect(() => {
    if (!name) return
    return joinLive({ url: '/api/v1/live', name, from: me?.live, onEvent: takeLiveEvent, onGap: refreshEverything, onState: (state) => { document.documentElement.dataset.live = state } })
  }, [name]) // only where the log ended when this person's session was first read
  useEffect(() => onReturn(refreshEverything), [])
  return null
}
