/** Filter chips over a list: one a condition in words, an editor below the bar, and the whole builder for what needs groups. */
import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import type { Problem } from '@/api/types'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { canShow, startLeaf } from './conditions/leaf'
import { printTree, useReading } from './conditions/queries'
import { useSubjects } from './conditions/subjects'
import { asGroup, type Tree } from './conditions/tree'
import './conditions/conditions.css'

const OneEditor = lazy(() => import('./FilterEditors').then((part) => ({ default: part.OneEditor })))
const WholeEditor = lazy(() => import('./FilterEditors').then((part) => ({ default: part.WholeEditor })))

interface FilterBarProps { object: string; cel: string; onChange: (cel: string) => void }

export default function FilterBar({ object, cel, onChange }: FilterBarProps) {
  const { t, say } = useTongue()
  const client = useQueryClient()
  const { subjects, byPath } = useSubjects(object)
  const { data } = useReading(object, cel)
  const [editing, setEditing] = useState<number | 'new' | 'all' | null>(null)
  const [refused, setRefused] = useState<Problem[]>([])
  const whole = data && cel ? asGroup(data.tree) : null
  // A top that is not `all` is one chip: its parts are alternatives.
  const items: Tree[] = !whole ? [] : whole.kind === 'all' ? whole.items : [whole]
  const words = (at: number) => say(data?.parts[at]) || (items[at]?.kind === 'opaque' ? items[at].source : t('filter.advanced'))
  const put = (next: Tree[]) => {
    void printTree(client, object, { kind: 'all', items: next }).then((answer) => {
      setRefused(answer.problems)
      if (answer.problems.length) return
      setEditing(null)
      onChange(answer.cel)
    })
  }
  const open = (at: number | 'new' | 'all') => { setRefused([]); setEditing(editing === at ? null : at) }
  return (
    <div className="xj-filter">
      <div className="xj-line" role="group" aria-label={t('filter.label')}>
        {items.map((item, at) => (
          <span key={at} className="xj-chip">
            <button type="button" className="xj-chip__text" onClick={() => open(canShow(item, byPath) ? at : 'all')} aria-expanded={editing === at}>{words(at)}</button>
            <button type="button" className="xj-chip__close" aria-label={t('filter.remove', { what: words(at) })} onClick={() => put(items.filter((_, index) => index !== at))}>×</button>
          </span>
        ))}
        <Button size="small" icon="filter" aria-expanded={editing === 'new'} onClick={() => open('new')}>{t('filter.add')}</Button>
        <Button size="small" kind="ghost" aria-expanded={editing === 'all'} onClick={() => open('all')}>{t('filter.advanced')}</Button>
        {items.length > 1 && <Button size="small" kind="ghost" onClick={() => onChange('')}>{t('filter.clear')}</Button>}
      </div>
      <Suspense fallback={null}>
      {editing === 'all' && <WholeEditor object={object} cel={cel} onPut={(next) => { setEditing(null); onChange(next) }} onCancel={() => setEditing(null)} />}
      {editing !== null && editing !== 'all' && subjects.length > 0 && (
        <OneEditor key={String(editing)} start={typeof editing === 'number' && items[editing] ? items[editing] : startLeaf(subjects[0]!)} problems={refused} subjects={subjects} byPath={byPath}
          onPut={(tree) => put(editing === 'new' ? [...items, tree] : items.map((each, at) => (at === editing ? tree : each)))} onCancel={() => setEditing(null)} />
      )}
      </Suspense>
    </div>
  )
}
