/** The editors behind the filter bar: one condition, or the whole filter. Loaded when somebody filters. */
import { useState } from 'react'
import type { Problem } from '@/api/types'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { ConditionBuilder } from './conditions/ConditionBuilder'
import { LeafRow } from './conditions/LeafRow'
import { useReading } from './conditions/queries'
import type { useSubjects } from './conditions/subjects'
import { incomplete, type Tree } from './conditions/tree'

export function OneEditor({ start, problems, subjects, byPath, onPut, onCancel }: { start: Tree; problems: Problem[]; onPut: (tree: Tree) => void; onCancel: () => void } & Pick<ReturnType<typeof useSubjects>, 'subjects' | 'byPath'>) {
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
export function WholeEditor({ object, cel, onPut, onCancel }: { object: string; cel: string; onPut: (cel: string) => void; onCancel: () => void }) {
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
