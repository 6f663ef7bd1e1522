/** A condition on a record's past: days since something last happened, or how often a field was changed. */
import type { ReactNode } from 'react'
import { useTongue } from '@/lib/text'
import { SelectBox } from '@/ui/heavy'
import { EVENTS, eventName, SIGNS, WORD } from './EventLeaf'
import { LeafNumber } from './LeafNumber'
import { NumberOrLimit } from './NumberOrLimit'
import type { Place } from './queries'
import type { Leaf } from './tree'

export function PastLeaf({ leaf, place, readOnly, onChange, fields }: { leaf: Leaf; place: Place; readOnly: boolean; onChange: (leaf: Leaf) => void; fields: ReactNode }) {
  const { t } = useTongue()
  const events = leaf.events ?? []
  return (
    <>
      {fields || <SelectBox label={t('condition.which_events')} multiple free readOnly={readOnly} options={[...new Set([...EVENTS, ...events])].map((type) => ({ value: type, label: eventName(type, t) }))} value={events} onChange={(next) => { const list = (next as string[] | null) ?? []; if (list.length) onChange({ ...leaf, events: list }) }} />}
      <span className="xj-cond__pair">
        <select className="xj-input" aria-label={t('filter.operator')} disabled={readOnly} value={leaf.op} onChange={(event) => onChange({ ...leaf, op: event.target.value })}>
          {SIGNS.map((sign) => <option key={sign} value={sign}>{t(`condition.op.${WORD[sign]}`)}</option>)}
        </select>
        <NumberOrLimit leaf={leaf} place={place} label={t(fields ? 'condition.times' : 'past.days')} readOnly={readOnly} onChange={onChange}>
          <LeafNumber label={t(fields ? 'condition.times' : 'past.days')} value={leaf.value as number | null} onChange={(value) => onChange({ ...leaf, value })} />
        </NumberOrLimit>
        <span className="xj-cond__said">{t(fields ? 'condition.times_unit' : 'condition.unit.d')}</span>
      </span>
    </>
  )
}
