/** One condition in a row: of what, how compared, with what. */
import type { TFunction } from 'i18next'
import { useId } from 'react'
import type { Problem } from '@/api/types'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { Icon } from '@/ui/Icon'
import { EventLeaf } from './EventLeaf'
import { startLeaf } from './leaf'
import { operatorOf, operatorsOf, withOperator, type Operator } from './operators'
import { PastLeaf } from './PastLeaf'
import { isOverTime, type Place } from './queries'
import type { Subject } from './subjects'
import { unwrapped, wrapped, type Tree } from './tree'
import { ValueBox } from './ValueBox'

export interface LeafRowProps { tree: Tree; subjects: Subject[]; byPath: Map<string, Subject>; place: Place; readOnly: boolean; problems: Problem[]; onChange: (tree: Tree) => void }

const opWord = (operator: Operator, t: TFunction) => t(operator.fn === 'days_since' ? `past.${operator.key}` : `condition.op.${operator.word ?? operator.key}`)

export const EVENTS = '@events'
export const CHANGED = '@changed'
export const CHANGES = '@changes'
export const SINCE = '@since'

export function LeafRow({ tree, subjects, byPath, place, readOnly, problems, onChange }: LeafRowProps) {
  const { t, tongue } = useTongue()
  const about = useId()
  const { leaf, negated } = unwrapped(tree)!
  const special = leaf.fn === 'count_events' ? EVENTS : leaf.op === 'changed' ? CHANGED : leaf.fn === 'count_changes' ? CHANGES : leaf.fn === 'days_since_event' ? SINCE : null
  const subject = special ? undefined : byPath.get(leaf.field ?? '')
  const found = operatorOf(tree, subject?.field)
  const choose = (path: string) => {
    if (path === EVENTS) onChange({ kind: 'leaf', fn: 'count_events', events: ['touch.followup'], window: { value: 7, unit: 'd' }, op: 'ge', value: 1 })
    else if (path === CHANGES) onChange({ kind: 'leaf', fn: 'count_changes', field: subjects[0]!.path, op: 'ge', value: 3 })
    else if (path === SINCE) onChange({ kind: 'leaf', fn: 'days_since_event', events: ['touch.followup'], op: 'gt', value: 7 })
    else if (path === CHANGED) onChange({ kind: 'leaf', op: 'changed', field: subjects[0]!.path })
    else onChange(startLeaf(byPath.get(path)!))
  }
  return (
    <div className="xj-cond__leaf" role="group" aria-label={subject?.label ?? t('condition.one')} aria-describedby={problems.length ? about : undefined}>
      <SubjectSelect value={special ?? leaf.field ?? ''} subjects={subjects} place={place} readOnly={readOnly} onChange={choose} />
      {special === EVENTS && <EventLeaf leaf={leaf} readOnly={readOnly} onChange={onChange} />}
      {(special === CHANGES || special === SINCE) && <PastLeaf leaf={leaf} place={place} readOnly={readOnly} onChange={onChange} fields={special === CHANGES && <SubjectSelect value={leaf.field ?? ''} subjects={subjects.filter((each) => !each.path.includes('.'))} readOnly={readOnly} onChange={(field) => onChange({ ...leaf, field })} />} />}
      {special === CHANGED && <SubjectSelect value={leaf.field ?? ''} subjects={subjects.filter((each) => !each.path.includes('.'))} readOnly={readOnly} onChange={(field) => onChange({ ...leaf, field })} />}
      {found && subject && (
        <>
          <select className="xj-input xj-cond__op" aria-label={t('filter.operator')} disabled={readOnly} value={found.operator.hidden ? `${found.operator.key}*` : found.operator.key}
            onChange={(event) => onChange(withOperator(subject.path, found, operatorsOf(subject.field).find((each) => !each.hidden && each.key === event.target.value)!))}>
            {found.operator.hidden && <option value={`${found.operator.key}*`}>{opWord(found.operator, t)}</option>}
            {operatorsOf(subject.field).filter((each) => !each.hidden && (!each.overTime || isOverTime(place))).map((each) => <option key={each.key} value={each.key}>{opWord(each, t)}</option>)}
          </select>
          <ValueBox key={`${subject.path}.${found.operator.key}`} field={subject.field} operator={found.operator} leaf={found.leaf} place={place} label={t('condition.value_of', { field: subject.label })} readOnly={readOnly} invalid={problems.length > 0} onChange={(next) => onChange(wrapped(next, negated))} />
        </>
      )}
      {problems.length > 0 && <p id={about} className="xj-field__error xj-cond__wide" role="alert"><Icon name="alert" />{problems.map((problem) => problemText(problem, t, tongue)).join(' ')}</p>}
    </div>
  )
}

interface SelectProps { value: string; subjects: Subject[]; place?: Place; readOnly: boolean; onChange: (path: string) => void }

function SubjectSelect({ value, subjects, place, readOnly, onChange }: SelectProps) {
  const { t } = useTongue()
  const groups = [...new Set(subjects.map((subject) => subject.group))]
  return (
    <select className="xj-input xj-cond__field" aria-label={t('filter.field')} disabled={readOnly} value={value} onChange={(event) => onChange(event.target.value)}>
      {groups.map((group) => (
        <optgroup key={group} label={group}>
          {subjects.filter((subject) => subject.group === group).map((subject) => <option key={subject.path} value={subject.path}>{group === groups[0] ? subject.label : t('condition.of', { of: group, field: subject.label })}</option>)}
        </optgroup>
      ))}
      {place && (
        <optgroup label={t('condition.happened')}>
          <option value={EVENTS}>{t('condition.events')}</option>
          {isOverTime(place) && <option value={SINCE}>{t('past.since_event')}</option>}
          {isOverTime(place) && <option value={CHANGES}>{t('past.changes')}</option>}
          {place === 'rule' && <option value={CHANGED}>{t('condition.changed')}</option>}
        </optgroup>
      )}
    </select>
  )
}
