/** Which kind of field: each with its sign, a plain explanation and an example. */
import { useState } from 'react'
import { useTongue } from '@/lib/text'
import { Dialog } from '@/ui/heavy'
import { Icon } from '@/ui/Icon'
import { FIELD_KINDS } from './kinds'

export function KindPalette({ onPick, onClose }: { onPick: (kind: string) => void; onClose: () => void }) {
  const { t } = useTongue()
  const [find, setFind] = useState('')
  const wanted = find.trim().toLowerCase()
  const shown = FIELD_KINDS.filter((kind) => !wanted || ['name', 'about', 'example'].some((part) => t(`objects.kind.${kind.key}.${part}`).toLowerCase().includes(wanted)))
  return (
    <Dialog title={t('objects.add_field')} open onClose={onClose} width={820}>
      <div className="xj-stack">
        <input className="xj-input" autoFocus aria-label={t('objects.find_kind')} placeholder={t('objects.find_kind')} value={find} onChange={(event) => setFind(event.target.value)} />
        <ul className="xj-kindpalette">
          {shown.map((kind) => (
            <li key={kind.key}><button type="button" className="xj-kind" data-kind={kind.key} onClick={() => onPick(kind.key)}>
              <span className="xj-line"><Icon name={kind.icon} /><strong>{t(`objects.kind.${kind.key}.name`)}</strong></span>
              <span className="xj-small xj-second">{t(`objects.kind.${kind.key}.about`)}</span>
              <span className="xj-small xj-muted">{t('objects.for_example', { example: t(`objects.kind.${kind.key}.example`) })}</span>
            </button></li>
          ))}
        </ul>
      </div>
    </Dialog>
  )
}
