/** Two people changed one record: field by field, what I typed and what they saved; I choose, then save again. */
import { useState } from 'react'
import type { FieldDefinition, RecordRow } from '@/api/types'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { useRecord } from './records'
import { useValues } from './useValues'
import { valueText, type ValueContext } from './values'
import './records.css'

export type Side = 'mine' | 'theirs'
export interface Clash { field: FieldDefinition; mine: unknown; theirs: unknown }

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** Fields that both changed to different values; what only one changed needs no choice. */
export function clashes(fields: readonly FieldDefinition[], base: RecordRow, typed: Record<string, unknown>, theirs: RecordRow): Clash[] {
  return fields.filter(({ key }) => key in typed && !same(typed[key], base[key]) && !same(theirs[key], base[key]) && !same(typed[key], theirs[key])).map((field) => ({ field, mine: typed[field.key], theirs: theirs[field.key] }))
}

interface ConflictProps { clashes: Clash[]; who: string; context: ValueContext; chosen: Record<string, 'mine' | 'theirs'>; onChoose: (field: string, side: 'mine' | 'theirs') => void; onSave: () => void; busy: boolean }

export function ConflictPanel({ clashes: list, who, context, chosen, onChoose, onSave, busy }: ConflictProps) {
  const { t, say } = useTongue()
  const open = list.filter(({ field }) => !chosen[field.key]).length
  return (
    <section className="xj-conflict" aria-label={t('conflict.title')} role="alert">
      <strong>{list.length ? t('conflict.head', { who, count: list.length }) : t('conflict.head_none', { who })}</strong>
      {list.map(({ field, mine, theirs }) => (
        <fieldset key={field.key}>
          <legend>{say(field.name, field.key)}</legend>
          {(['mine', 'theirs'] as const).map((side) => (
            <label key={side} className="xj-check">
              <input type="radio" name={`conflict.${field.key}`} checked={chosen[field.key] === side} onChange={() => onChoose(field.key, side)} />
              <span><span className="xj-small xj-muted">{t(`conflict.${side}`)}</span> {valueText(side === 'mine' ? mine : theirs, field, context) || '–'}</span>
            </label>
          ))}
        </fieldset>
      ))}
      <div className="xj-line"><Button size="small" reason={open ? t('conflict.choose') : undefined} disabled={busy} onClick={onSave}>{t('conflict.save')}</Button><span className="xj-small xj-muted">{t('conflict.help')}</span></div>
    </section>
  )
}

interface RecordConflictProps { object: string; base: RecordRow; typed: Record<string, unknown>; fields: FieldDefinition[]; busy: boolean; onSave: (version: number, sides: Record<string, Side>) => void }

/** The choice after a refusal: it reads what the record is now, and waits until that has come. */
export function RecordConflict({ object, base, typed, fields, busy, onSave }: RecordConflictProps) {
  const { t } = useTongue()
  const fresh = useRecord(object, base.id)
  const context = useValues(fresh.data?.people, fresh.data?.related)
  const [chosen, setChosen] = useState<Record<string, Side>>({})
  const theirs: RecordRow | undefined = fresh.data
  if (!theirs || theirs.version === base.version) return null
  return (
    <ConflictPanel clashes={clashes(fields, base, typed, theirs)} who={context.names.person(String(theirs.updated_by ?? '')) || t('conflict.somebody')} context={context} chosen={chosen} busy={busy || fresh.isFetching}
      onChoose={(field, side) => setChosen((all) => ({ ...all, [field]: side }))} onSave={() => onSave(theirs.version, chosen)} />
  )
}
