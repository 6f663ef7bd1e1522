/** An empty workspace begins at 开始: whoever may import is led there instead of to an empty workbench. */
import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useQuery } from '@tanstack/react-query'
import { call } from '@/lib/api'
import { homePath } from '@/metadata/home'
import { useMe, useRight } from '@/metadata/session'

export function FirstVisit() {
  const navigate = useNavigate()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const own = homePath(useMe())
  const home = path === '/' || path === own
  const may = useRight('import')
  const empty = useQuery({ queryKey: ['start'], queryFn: ({ signal }) => call<{ empty: boolean }>('get', '/api/v1/start', { signal }), enabled: home && may, staleTime: 60_000 }).data?.empty
  useEffect(() => { if (home && may && empty) void navigate({ to: '/start', replace: true }) }, [home, may, empty, navigate])
  return null
}
