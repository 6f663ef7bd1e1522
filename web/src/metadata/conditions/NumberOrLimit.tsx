/** What a figure is compared with: a number typed here, or one of the thresholds the document names. */
import type { ReactNode } from 'react'
import { useTongue } from '@/lib/text'
import { isNumber } from './operators'
import { isOverTime, type Place } from './queries'
import type { Leaf } from './tree'

export function NumberOrLimit({ leaf, place, label, readOnly, onChange, children }: { leaf: Leaf; place: Place; label: string; readOnly: boolean; onChange: (leaf: Leaf) => void; children: ReactNode }) {
  const { t, say } = useTongue()
  const numbers = isOverTime(place) ? place.numbers : {}
  const name = (path: string) => t('past.limit_named', { name: say(numbers[path], path) })
  if (readOnly) return <span className="xj-cond__said">{isNumber(leaf.other) ? name(leaf.other!) : String(leaf.value ?? '')}</span>
  const pick = (path: string) => {
    const { value: _value, other: _other, ...rest } = leaf
    onChange(path ? { ...rest, other: path } : { ...rest, value: null })
  }
  return (
    <span className="xj-cond__pair">
      {(Object.keys(numbers).length > 0 || leaf.other) && (
        <select className="xj-input" aria-label={t('past.compared_with', { label })} value={leaf.other ?? ''} onChange={(event) => pick(event.target.value)}>
          <option value="">{t('past.a_number')}</option>
          {[...new Set([...Object.keys(numbers), ...(leaf.other ? [leaf.other] : [])])].map((path) => <option key={path} value={path}>{name(path)}</option>)}
        </select>
      )}
      {!isNumber(leaf.other) && children}
    </span>
  )
}
