/** What can be done with the chosen rows, in a bar at the foot of the list. The dialog behind it loads when needed. */
import { lazy, Suspense, useState } from 'react'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Menu, MenuItem } from '@/ui/Menu'
import type { ObjectMeta } from '../schema'
import { useRight } from '../session'
import { chosenOf } from './bulk'
import type { Selection } from './useSelection'

const BulkDialog = lazy(() => import('./BulkDialog'))

export type Act = 'set' | 'owner' | 'add' | 'remove' | 'pool' | 'delete'
interface BulkBarProps { meta: ObjectMeta; selection: Selection; total: number | null; capped: boolean; filter: string; search: string }

export default function BulkBar({ meta, selection, total, capped, filter, search }: BulkBarProps) {
  const { t } = useTongue()
  const mayBulk = useRight('bulk')
  const mayExport = useRight('export') && meta.definition.can?.export !== false
  const [act, setAct] = useState<Act | null>(null)
  if (!selection.size) return null
  const object = meta.definition.key
  const count = selection.everything ? (total ?? selection.size) : selection.size
  const shown = `${count.toLocaleString('en-US')}${selection.everything && capped ? '+' : ''}`
  const listed = [...meta.fields.values()].some((field) => field.kind === 'tags' && field.can === 'write')
  const ids = [...selection.ids]
  const exported = selection.everything ? filter : ids.length <= 80 ? `id in [${ids.map((id) => `"${id}"`).join(', ')}]` : null
  const href = exported === null ? '' : `/api/v1/records/${object}/export?${new URLSearchParams({ form: 'xlsx', ...(exported ? { filter: exported } : {}), ...(selection.everything && search ? { search } : {}) })}`
  return (
    <div className="xj-bulk" role="region" aria-label={t('bulk.label')}>
      <strong role="status">{t('bulk.chosen', { count, shown })}</strong>
      {!selection.everything && total !== null && total > selection.size && <Button kind="link" onClick={selection.chooseEverything}>{t('bulk.choose_all', { shown: `${total.toLocaleString('en-US')}${capped ? '+' : ''}` })}</Button>}
      {mayBulk && (
        <>
          <Button size="small" icon="edit" onClick={() => setAct('set')}>{t('bulk.set')}</Button>
          <Button size="small" icon="person" onClick={() => setAct('owner')}>{t('bulk.owner')}</Button>
          <Menu label={t('common.more')} up align="left" trigger={(props) => <Button size="small" icon="more" aria-label={t('bulk.more')} {...props} />}>
            {(close) => {
              const item = (key: Act) => <MenuItem key={key} onSelect={() => { close(); setAct(key) }}>{t(`bulk.${key}`)}</MenuItem>
              return [...(listed ? [item('add'), item('remove')] : []), ...(object === 'lead' ? [item('pool')] : []), ...(meta.definition.can?.delete ? [item('delete')] : [])]
            }}
          </Menu>
        </>
      )}
      {mayExport && (href ? <a className="xj-btn xj-btn--small" href={href} download>{t('bulk.export')}</a> : <Button size="small" reason={t('bulk.export_less')}>{t('bulk.export')}</Button>)}
      <Button size="small" kind="ghost" onClick={selection.clear}>{t('bulk.clear')}</Button>
      {act && <Suspense fallback={null}><BulkDialog key={act} act={act} meta={meta} chosen={chosenOf(selection.ids, selection.everything, filter, search)} onClose={() => setAct(null)} onDone={() => { setAct(null); selection.clear() }} /></Suspense>}
    </div>
  )
}
