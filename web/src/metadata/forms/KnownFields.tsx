/** Fields nobody need fill: what is known of them, where from, and a way to say otherwise. */
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import type { ObjectMeta } from '../schema'
import { useValues } from '../useValues'
import { valueText } from '../values'
import type { Known } from './formState'

export default function KnownFields({ known, meta, onOpen }: { known: [string, Known][]; meta: ObjectMeta; onOpen: (field: string, value: unknown) => void }) {
  const { t, say } = useTongue()
  const context = useValues()
  return (
    <Notice kind="info">
      <div className="xj-stack-8 xj-grow" role="group" aria-label={t('known.title', { count: known.length })}>
        <strong>{t('known.title', { count: known.length })}</strong>
        <ul className="xj-lines">
          {known.map(([key, one]) => {
            const field = meta.fields.get(key)
            if (!field) return null
            const name = say(field.name, key)
            const text = valueText(one.value, field, context)
            return <li key={key} className="xj-line" data-known={key}><span className="xj-grow">{name} {text && <b>{text}</b>} <span className="xj-second">{t('known.from', { of: say(one.of) })}</span></span><Button size="small" kind="ghost" aria-label={t('known.change_of', { name })} onClick={() => onOpen(key, one.value)}>{t('known.change')}</Button></li>
          })}
        </ul>
      </div>
    </Notice>
  )
}
