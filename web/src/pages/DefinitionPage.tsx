/** One definition in the studio. */
import { useParams, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useDefinition } from '@/features/studio/queries'
import { starter } from '@/features/studio/starters'
import { Studio, type StudioParts } from '@/features/studio/Studio'
import { ApiError } from '@/lib/api'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { useRight } from '@/metadata/session'
import { Page } from '@/ui/Page'
import './workbench.css'
import '@/features/studio/studio.css'

export default function DefinitionPage(parts: StudioParts) {
  const { kind, key } = useParams({ strict: false }) as { kind: string; key: string }
  const { name, object, from } = useSearch({ strict: false }) as { name?: string; object?: string; from?: string }
  const { t, say } = useTongue()
  const query = useDefinition(kind, key)
  const model = useDefinition(kind, from ?? key)
  const may = useRight('definitions.write')
  const fresh = query.error instanceof ApiError && query.error.status === 404 && query.error.code === 'definitions.unknown'
  const found = fresh ? undefined : query.data
  const waiting = (!found && !fresh) || (fresh && from !== undefined && model.isPending)
  const begin = useMemo(() => {
    const copied = from ? (model.data?.draft?.document ?? model.data?.document) : null
    if (!copied) return starter(kind, name ?? key, object)
    const { key: _key, kind: _kind, ...rest } = copied
    return { ...rest, name: { zh: name ?? key, en: name ?? key } }
  }, [kind, key, name, object, from, model.data])
  if (waiting) return <Page title={t('nav.settings')} back="/settings"><QueryState query={from && fresh ? model : query} rows={8} /></Page>
  const subject = say((found?.document ?? found?.draft?.document ?? begin).name as never, key)
  return <Page title={t('nav.settings')} subject={subject} back="/settings"><Studio key={`${kind}.${key}`} {...parts} kind={kind} name={key} found={found} begin={begin} may={may} /></Page>
}
