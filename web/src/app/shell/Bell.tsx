/** The bell: how much is unread, and the panel behind it; on the phone it leads to the inbox. */
import { Link } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useState } from 'react'
import { moreTexts } from '@/lib/i18n'
import { useTongue } from '@/lib/text'
import { Icon } from '@/ui/Icon'

const BellPanel = lazy(() => Promise.all([import('@/features/inbox/BellPanel'), moreTexts()]).then(([module]) => module))

export function Bell({ unread, phone }: { unread: number; phone: boolean }) {
  const { t } = useTongue()
  const [open, setOpen] = useState(false)
  const close = useCallback(() => setOpen(false), [])
  const face = <><Icon name="bell" size={18} />{unread > 0 && <span className="xj-count" data-unread={unread}>{unread > 99 ? '99+' : unread}</span>}</>
  const label = t('shell.inbox', { count: unread })
  if (phone) return <Link to="/inbox" className="xj-bell" aria-label={label}>{face}</Link>
  return (
    <div className="xj-bell-host">
      <button type="button" className="xj-bell" aria-label={label} aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(!open)}>{face}</button>
      {open && <Suspense fallback={null}><BellPanel onClose={close} /></Suspense>}
    </div>
  )
}
