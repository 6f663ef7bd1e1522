/** What else may be done with a definition: compare, copy, throw the draft away, take out of force (after who uses it). */
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/heavy'
import { Menu, MenuItem } from '@/ui/Menu'
import { keysFor, useUsage } from './queries'
import type { Doc } from './contract'
import { Users } from './Sides'

interface MoreProps { kind: string; name: string; document: Doc; may: boolean; phone: boolean; held: boolean; version: number | null; draftVersion: number | null; side: string | null; onSide: () => void; onCompare: () => void; onDiscard: () => void; onRetire: () => void }

export function MoreMenu({ kind, name, document, may, phone, held, version, side, onSide, onCompare, onDiscard, onRetire }: MoreProps) {
  const { t, say } = useTongue()
  const navigate = useNavigate()
  const [leaving, setLeaving] = useState<'draft' | 'force' | null>(null)
  const copy = async () => {
    const title = t('studio.copy_of', { name: say(document.name as never, name) })
    const [key] = await keysFor([title], [])
    if (key) void navigate({ to: '/settings/$kind/$key', params: { kind, key }, search: { name: title, from: name } as never })
  }
  return (
    <>
      <Menu label={t('common.more')} trigger={(props) => <Button {...props} kind="ghost" icon="more" aria-label={t('common.more')} />}>
        {(close) => (
          <>
            {held && version && <MenuItem onSelect={() => { close(); onCompare() }}>{t('studio.compare_published')}</MenuItem>}
            {!phone && <MenuItem onSelect={() => { close(); onSide() }}>{t(side ? 'studio.hide_side' : 'studio.show_side')}</MenuItem>}
            {may && !phone && <MenuItem onSelect={() => { close(); void copy() }}>{t('studio.copy')}</MenuItem>}
            {may && held && <MenuItem onSelect={() => { close(); setLeaving('draft') }}>{t('studio.discard')}</MenuItem>}
            {may && version && !phone && <MenuItem onSelect={() => { close(); setLeaving('force') }}>{t('studio.retire')}</MenuItem>}
          </>
        )}
      </Menu>
      {leaving === 'draft' && <Dialog title={t('studio.discard')} open onClose={() => setLeaving(null)}><div className="xj-stack"><p>{t('studio.discard_help')}</p><div className="xj-form__foot"><Button onClick={() => setLeaving(null)}>{t('common.cancel')}</Button><Button kind="danger" onClick={() => { setLeaving(null); onDiscard() }}>{t('studio.discard')}</Button></div></div></Dialog>}
      {leaving === 'force' && <Retire kind={kind} name={name} onClose={() => setLeaving(null)} onRetire={() => { setLeaving(null); onRetire() }} />}
    </>
  )
}

function Retire({ kind, name, onClose, onRetire }: { kind: string; name: string; onClose: () => void; onRetire: () => void }) {
  const { t } = useTongue()
  const users = useUsage(kind, name)
  const standing = users.data?.filter((use) => !use.draft) ?? []
  return (
    <Dialog title={t('studio.retire')} open onClose={onClose}>
      <div className="xj-stack">
        <p>{!users.data ? t('common.loading') : standing.length ? t('studio.retire_used', { count: standing.length }) : t('studio.retire_help')}</p>
        {Boolean(users.data?.length) && <Users users={users.data!} />}
        <div className="xj-form__foot"><Button onClick={onClose}>{t('common.cancel')}</Button><Button kind="danger" reason={!users.data || standing.length ? t('studio.retire_used', { count: standing.length }) : undefined} onClick={onRetire}>{t('studio.retire')}</Button></div>
      </div>
    </Dialog>
  )
}
