/** A group of conditions: how they are joined, its parts, and ways to add one. Groups stand in groups. */
import { useState } from 'react'
import type { Problem } from '@/api/types'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { canShow, startLeaf } from './leaf'
import { LeafRow } from './LeafRow'
import { OpaquePart } from './OpaquePart'
import { usePrinted, type Place } from './queries'
import type { Subject } from './subjects'
import { groupOf, groupWord, isGroup, problemsOf, type Group, type GroupWord, type Leaf, type Tree } from './tree'

export interface PartProps { object: string; place: Place; subjects: Subject[]; byPath: Map<string, Subject>; readOnly: boolean; problems: Problem[] }
interface GroupProps extends PartProps { tree: Group; path: string; depth: number; onChange: (tree: Tree) => void }

const WORDS: GroupWord[] = ['all', 'any', 'not_all', 'not_any']

export function GroupPart(props: GroupProps) {
  const { tree, depth, subjects, readOnly, onChange } = props
  const { t } = useTongue()
  const [fresh, setFresh] = useState(-1)
  const { word, items } = groupWord(tree)
  const put = (next: Tree[], as: GroupWord = word) => onChange(groupOf(as, next, tree.comments))
  const add = (part: Tree) => { setFresh(items.length); put([...items, part]) }
  const inner = tree.kind === 'not' && tree.items[0] && isGroup(tree.items[0]) && tree.items[0].kind !== 'not' ? `${props.path}.items.0.items` : `${props.path}.items`
  return (
    <div className="xj-cond__group" role="group" aria-label={t(`condition.join.${word}`)} data-depth={Math.min(depth, 3)}>
      <div className="xj-line">
        <select className="xj-input xj-cond__join" aria-label={t('condition.join.label')} disabled={readOnly} value={word} onChange={(event) => put(items, event.target.value as GroupWord)}>
          {WORDS.map((each) => <option key={each} value={each}>{t(`condition.join.${each}`)}</option>)}
        </select>
        {tree.comments?.map((comment) => <span key={comment} className="xj-small xj-muted">{comment}</span>)}
      </div>
      {items.length === 0 && <p className="xj-small xj-muted">{t(depth === 0 ? 'condition.none' : 'condition.none_inside')}</p>}
      <ul className="xj-cond__items">
        {items.map((item, at) => (
          <li key={at} className="xj-cond__item">
            <span className="xj-cond__and" aria-hidden="true">{at ? t(word.endsWith('any') ? 'condition.or' : 'condition.and') : ''}</span>
            <Part {...props} tree={item} path={`${inner}.${at}`.replace(/^\./, '')} depth={depth + 1} fresh={fresh === at} onChange={(next) => put(items.map((each, index) => (index === at ? next : each)))} />
            {!readOnly && <Button size="small" kind="ghost" icon="cross" aria-label={t('condition.remove')} onClick={() => { setFresh(-1); put(items.filter((_, index) => index !== at)) }} />}
          </li>
        ))}
      </ul>
      {!readOnly && (
        <div className="xj-line">
          <Button size="small" icon="plus" disabled={!subjects.length} onClick={() => add(startLeaf(subjects[0]!))}>{t('condition.add')}</Button>
          {depth < 3 && <Button size="small" kind="ghost" icon="plus" onClick={() => add({ kind: word.endsWith('any') ? 'all' : 'any', items: subjects.length ? [startLeaf(subjects[0]!)] : [] })}>{t('condition.add_group')}</Button>}
          <Button size="small" kind="ghost" icon="plus" onClick={() => add({ kind: 'opaque', source: '' })}>{t('filter.advanced')}</Button>
        </div>
      )}
    </div>
  )
}

function Part(props: PartProps & { tree: Tree; path: string; depth: number; fresh: boolean; onChange: (tree: Tree) => void }) {
  const { tree, path, byPath, problems, onChange } = props
  const mine = problemsOf(problems, path)
  if (canShow(tree, byPath)) return <LeafRow {...props} problems={mine.length ? mine : problemsOf(problems, `${path}.items.0`)} />
  if (tree.kind === 'opaque') return <OpaquePart {...props} source={tree.source} problems={mine} open={props.fresh} />
  if (tree.kind === 'leaf') return <PrintedLeaf {...props} leaf={tree} problems={mine} />
  return <GroupPart {...props} tree={tree} onChange={onChange} />
}

/** A condition that no operator of ours says: shown as it is written, edited as text. */
function PrintedLeaf({ leaf, ...props }: PartProps & { leaf: Leaf; onChange: (tree: Tree) => void }) {
  const { data } = usePrinted(props.object, leaf, props.place)
  return data ? <OpaquePart key={data.cel} {...props} source={data.cel} /> : <span className="xj-bone" />
}
