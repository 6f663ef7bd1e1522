/** A condition on how often something happened to the record, within a time or ever. */
import type { TFunction } from 'i18next'
import { useTongue } from '@/lib/text'
import { SelectBox } from '@/ui/heavy'
import { LeafNumber } from './LeafNumber'
import type { Leaf, Unit } from './tree'

export const EVENTS = ['touch.response', 'touch.followup', 'touch.inbound', 'touch.note', 'page.viewed', 'lead.enquired', 'lead.assigned', 'lead.picked', 'lead.returned', 'lead.converted']
export const SIGNS = ['ge', 'gt', 'le', 'lt', 'eq', 'ne'] as const
export const WORD = { ge: 'at_least', gt: 'above', le: 'at_most', lt: 'below', eq: 'is', ne: 'is_not' } as const

export const eventName = (type: string, t: TFunction) => t(`condition.event.${type.replace('.', '_')}`, { defaultValue: t(`quality.event.${type.replace('.', '_')}`, { defaultValue: type }) })

export function EventLeaf({ leaf, readOnly, onChange }: { leaf: Leaf; readOnly: boolean; onChange: (leaf: Leaf) => void }) {
  const { t } = useTongue()
  const events = leaf.events ?? []
  const window = leaf.window
  return (
    <>
      <span className="xj-cond__pair">
        <select className="xj-input" aria-label={t('condition.window')} disabled={readOnly} value={window ? 'within' : 'ever'} onChange={(event) => { const { window: _gone, ...rest } = leaf; onChange(event.target.value === 'ever' ? rest : { ...leaf, window: { value: 7, unit: 'd' } }) }}>
          <option value="within">{t('condition.within_last')}</option>
          <option value="ever">{t('condition.ever')}</option>
        </select>
        {window && <LeafNumber whole label={t('condition.window_value')} readOnly={readOnly} value={window.value} onChange={(value) => onChange({ ...leaf, window: { ...window, value } })} />}
        {window && (
          <select className="xj-input" aria-label={t('condition.unit.label')} disabled={readOnly} value={window.unit} onChange={(event) => onChange({ ...leaf, window: { ...window, unit: event.target.value as Unit } })}>
            {['m', 'h', 'd', ...(window.unit === 's' ? ['s'] : [])].map((unit) => <option key={unit} value={unit}>{t(`condition.unit.${unit}`)}</option>)}
          </select>
        )}
      </span>
      <SelectBox label={t('condition.which_events')} multiple free options={[...new Set([...EVENTS, ...events])].map((type) => ({ value: type, label: eventName(type, t) }))} value={events} onChange={(next) => { const list = (next as string[] | null) ?? []; if (list.length) onChange({ ...leaf, events: list }) }} />
      <span className="xj-cond__pair">
        <select className="xj-input" aria-label={t('filter.operator')} disabled={readOnly} value={leaf.op} onChange={(event) => onChange({ ...leaf, op: event.target.value })}>
          {SIGNS.map((sign) => <option key={sign} value={sign}>{t(`condition.op.${WORD[sign]}`)}</option>)}
        </select>
        <LeafNumber whole label={t('condition.times')} readOnly={readOnly} value={leaf.value as number | null} onChange={(value) => onChange({ ...leaf, value })} />
        <span className="xj-cond__said">{t('condition.times_unit')}</span>
      </span>
    </>
  )
}
