/** The keys of a shortcut as keycaps, and the sheet that lists all of them. */
import { useTongue } from '@/lib/text'
import { offered, type Action } from '@/metadata/actions'
import { Button } from '@/ui/Button'
import { Overlay } from '@/ui/Overlay'
import './palette.css'

export function Keys({ keys }: { keys: string }) {
  return <span className="xj-keys">{keys.split(' ').map((key, at) => <kbd key={at}>{key.length === 1 ? key.toUpperCase() : key}</kbd>)}</span>
}

export default function KeySheet({ actions, onClose }: { actions: readonly Action[]; onClose: () => void }) {
  const { t } = useTongue()
  const rows = offered(actions).filter((action) => action.keys)
  return (
    <Overlay label={t('action.keys')} className="xj-keysheet" onClose={onClose}>
      <div className="xj-line"><h2 className="xj-grow">{t('action.keys')}</h2><Button kind="ghost" size="small" icon="cross" aria-label={t('common.close')} onClick={onClose} /></div>
      <dl>
        <div><dt>{t('palette.open')}</dt><dd><Keys keys="Ctrl K" /></dd></div>
        {rows.map((action) => <div key={action.id}><dt>{t(action.label, action.params ?? {})}</dt><dd><Keys keys={action.keys!} /></dd></div>)}
      </dl>
      <p className="xj-small xj-muted">{t('palette.not_while_typing')}</p>
    </Overlay>
  )
}
