/** The list of any other object, drawn from its definition, with its form for a new record in a drawer. */
import { useNavigate, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import type { RecordRow, Schema } from '@/api/types'
import { useTongue } from '@/lib/text'
import { askAhead, type ListSearch } from '@/metadata/lists/views'
import { useObject } from '@/metadata/schema'
import { Button } from '@/ui/Button'
import { Drawer } from '@/ui/heavy'
import { ListScreen, type Extra } from './ListScreen'

const RecordForm = lazy(() => import('@/metadata/RecordForm').then((part) => ({ default: part.RecordForm })))

const NOTHING: Extra = { columns: [] }
const useNothing = () => NOTHING
const FALLBACK = ['owner', 'created_at']
const none = () => ''

export const ahead = (schema: Schema, search: ListSearch, params: Record<string, string>) => askAhead(schema, params.object ?? '', FALLBACK, search)

export default function RecordsPage() {
  const { object } = useParams({ strict: false }) as { object: string }
  const { t, say } = useTongue()
  const navigate = useNavigate()
  const { meta } = useObject(object)
  const [creating, setCreating] = useState(false)
  const field = meta?.definition.title ?? 'name'
  const name = say(meta?.definition.name, object)
  const titleOf = useCallback((row: RecordRow) => String(row[field] ?? '') || '—', [field])
  const to = useCallback((row: RecordRow) => `/records/${object}/${row.id}`, [object])
  const inTitle = useMemo(() => new Set([field]), [field])
  const may = meta?.definition.can?.create !== false
  return (
    <>
      <ListScreen key={object} object={object} title={name} count="list.rows" fallback={FALLBACK} inTitle={inTitle} titleOf={titleOf} secondOf={none} to={to} useExtra={useNothing} nothing={{ title: t('list.no_rows', { name }), help: t('list.no_rows_help') }}
        action={meta && may && <Button kind="primary" icon="plus" onClick={() => setCreating(true)}>{t('form.create', { name })}</Button>} />
      <Drawer open={creating} title={t('form.create', { name })} onClose={() => setCreating(false)} width={560}>
        {meta && <Suspense fallback={null}><RecordForm object={object} meta={meta} fields={[...meta.fields.values()]} onClose={() => setCreating(false)} onWritten={(written) => { if (written.id) void navigate({ to: '/records/$object/$id', params: { object, id: written.id } }) }} /></Suspense>}
      </Drawer>
    </>
  )
}
