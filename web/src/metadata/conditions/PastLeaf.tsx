/** A condition on a record's past: days since something last happened, or how often a field was changed. */
import { useState, type ReactNode } from 'react'
import { useTongue } from '@/lib/text'
import { SelectBox } from '@/ui/heavy'
import { EVENTS, eventName, SIGNS, WORD } from './EventLeaf'
import { NumberOrLimit } from './NumberOrLimit'
import type { Place } from './queries'
import type { Leaf } from './tree'

export function PastLeaf({ leaf, place, readOnly, onChange, fields }: { leaf: Leaf; place: Place; readOnly: boolean; onChange: (leaf: Leaf) => void; fields: ReactNode }) {
  const { t } = useTongue()
  const [typed, setTyped] = useState('')
  const events = leaf.events ?? []
  const text = Number(typed) === leaf.value ? typed : String(leaf.value ?? '')
  return (
    <>
      {fields || <SelectBox label={t('condition.which_events')} multiple free readOnly={readOnly} options={[...new Set([...EVENTS, ...events])].map((type) => ({ value: type, label: eventName(type, t) }))} value={events} onChange={(next) => { const list = (next as string[] | null) ?? []; if (list.length) onChange({ ...leaf, events: list }) }} />}
      <span className="xj-cond__pair">
        <select className="xj-input" aria-label={t('filter.operator')} disabled={readOnly} value={leaf.op} onChange={(event) => onChange({ ...leaf, op: event.target.value })}>
          {SIGNS.map((sign) => <option key={sign} value={sign}>{t(`condition.op.${WORD[sign]}`)}</option>)}
        </select>
        <NumberOrLimit leaf={leaf} place={place} label={t(fields ? 'condition.times' : 'past.days')} readOnly={readOnly} onChange={onChange}>
          <input className="xj-input" inputMode="decimal" aria-label={t(fields ? 'condition.times' : 'past.days')} value={text} onChange={(event) => { setTyped(event.target.value); const next = Number(event.target.value); onChange({ ...leaf, value: event.target.value.trim() && Number.isFinite(next) ? next : null }) }} />
        </NumberOrLimit>
        <span className="xj-cond__said">{t(fields ? 'condition.times_unit' : 'condition.unit.d')}</span>
      </span>
    </>
  )
}
