/** The list of any other object, drawn from its definition. */
import { useParams } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import type { RecordRow } from '@/api/types'
import { useTongue } from '@/lib/text'
import { useObject } from '@/metadata/schema'
import { ListScreen, type Extra } from './ListScreen'

const NOTHING: Extra = { columns: [] }
const useNothing = () => NOTHING
const FALLBACK = ['owner', 'created_at']
const none = () => ''

export default function RecordsPage() {
  const { object } = useParams({ strict: false }) as { object: string }
  const { t, say } = useTongue()
  const { meta } = useObject(object)
  const field = meta?.definition.title ?? 'name'
  const name = say(meta?.definition.name, object)
  const titleOf = useCallback((row: RecordRow) => String(row[field] ?? '') || '—', [field])
  const to = useCallback((row: RecordRow) => `/records/${object}/${row.id}`, [object])
  const inTitle = useMemo(() => new Set([field]), [field])
  return <ListScreen key={object} object={object} title={name} count="list.rows" fallback={FALLBACK} inTitle={inTitle} titleOf={titleOf} secondOf={none} to={to} useExtra={useNothing} nothing={{ title: t('list.no_rows', { name }), help: t('list.no_rows_help') }} />
}
