/** Filter chips over a list: one a condition in words, an editor below the bar, and the whole builder for what needs groups. */
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Problem } from '@/api/types'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { ConditionBuilder } from './conditions/ConditionBuilder'
import { canShow, LeafRow, startLeaf } from './conditions/LeafRow'
import { printTree, useReading } from './conditions/queries'
import { useSubjects } from './conditions/subjects'
import { asGroup, incomplete, type Tree } from './conditions/tree'
import './conditions/conditions.css'

interface FilterBarProps { object: string; cel: string; onChange: (cel: string) => void }

export function FilterBar({ object, cel, onChange }: FilterBarProps) {
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
      {editing === 'all' && <WholeEditor object={object} cel={cel} onPut={(next) => { setEditing(null); onChange(next) }} onCancel={() => setEditing(null)} />}
      {editing !== null && editing !== 'all' && subjects.length > 0 && (
        <OneEditor key={String(editing)} start={typeof editing === 'number' && items[editing] ? items[editing] : startLeaf(subjects[0]!)} problems={refused} subjects={subjects} byPath={byPath}
          onPut={(tree) => put(editing === 'new' ? [...items, tree] : items.map((each, at) => (at === editing ? tree : each)))} onCancel={() => setEditing(null)} />
      )}
    </div>
  )
}

function OneEditor({ start, problems, subjects, byPath, onPut, onCancel }: { start: Tree; problems: Problem[]; onPut: (tree: Tree) => void; onCancel: () => void } & Pick<ReturnType<typeof useSubjects>, 'subjects' | 'byPath'>) {
  const { t, tongue } = useTongue()
  const [tree, setTree] = useState(start)
  const lacking = incomplete(tree)
  return (
    <form className="xj-filter__editor" onSubmit={(event) => { event.preventDefault(); if (!lacking) onPut(tree) }}>
      <LeafRow tree={tree} subjects={subjects} byPath={byPath} place="record" readOnly={false} problems={[]} onChange={setTree} />
      {problems.map((problem, at) => <p key={at} className="xj-field__error" role="alert">{problemText(problem, t, tongue)}</p>)}
      <div className="xj-line"><Button type="submit" reason={lacking ? t('filter.needs_value') : undefined}>{t('filter.apply')}</Button><Button kind="ghost" onClick={onCancel}>{t('common.cancel')}</Button></div>
    </form>
  )
}

/** Groups and expressions: applied when asked, so that the list does not run behind every key. */
function WholeEditor({ object, cel, onPut, onCancel }: { object: string; cel: string; onPut: (cel: string) => void; onCancel: () => void }) {
  const { t } = useTongue()
  const [draft, setDraft] = useState(cel)
  const { data } = useReading(object, draft)
  const wrong = Boolean(draft && data?.cel === draft && data.problems.length)
  return (
    <form className="xj-filter__editor" onSubmit={(event) => { event.preventDefault(); if (!wrong) onPut(draft) }}>
      <ConditionBuilder object={object} cel={draft} onChange={setDraft} label={t('filter.advanced')} />
      <div className="xj-line"><Button type="submit" reason={wrong ? t('filter.mend_first') : undefined}>{t('filter.apply')}</Button><Button kind="ghost" onClick={onCancel}>{t('common.cancel')}</Button></div>
    </form>
  )
}
