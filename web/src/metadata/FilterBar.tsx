/** Filter chips: one a condition, an editor below the bar, and a chip of its own for what only CEL can say. */
import { useState } from 'react'
import type { FieldDefinition } from '@/api/types'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { LeafEditor } from './LeafEditor'
import { operatorsOf, type Leaf, type Tree } from './filter'
import type { ObjectMeta } from './schema'
import { useValues } from './useValues'
import { optionName } from './values'

interface FilterBarProps { meta: ObjectMeta; trees: Tree[]; onChange: (trees: Tree[]) => void }

/** A condition in words: "意向 是 A". */
function useLeafWords(meta: ObjectMeta) {
  const { t, tongue, say } = useTongue()
  const context = useValues()
  const word = (field: FieldDefinition, value: string) => {
    if (field.kind === 'person') return context.names.person(value)
    if (field.options?.length) return optionName(field, value, tongue)
    return value
  }
  return (tree: Tree): string => {
    if (!('field' in tree)) return t('filter.advanced')
    const field = meta.fields.get(tree.field)
    if (!field) return tree.field
    const values = Array.isArray(tree.value) ? tree.value.map((each) => word(field, each)).join(t('filter.or')) : tree.value === undefined || tree.value === null ? '' : word(field, String(tree.value))
    const unit = tree.op === 'older' || tree.op === 'within' ? t(`filter.unit.${tree.unit ?? 'days'}`) : ''
    return [say(field.name, field.key), t(`filter.op.${tree.op}`), values && `${values}${unit ? ` ${unit}` : ''}`].filter(Boolean).join(' ')
  }
}

export function FilterBar({ meta, trees, onChange }: FilterBarProps) {
  const { t } = useTongue()
  const words = useLeafWords(meta)
  const [editing, setEditing] = useState<number | 'new' | 'cel' | null>(null)
  const put = (tree: Tree | null, at: number | 'new' | 'cel') => {
    const next = typeof at === 'number' ? trees.map((each, index) => (index === at ? tree : each)) : [...trees, tree]
    onChange(next.filter((each): each is Tree => each !== null))
    setEditing(null)
  }
  const fields = [...meta.fields.values()].filter((field) => operatorsOf(field).length && field.can !== 'masked')
  const edited = typeof editing === 'number' ? trees[editing] : undefined
  return (
    <div className="xj-filter">
      <div className="xj-line" role="group" aria-label={t('filter.label')}>
        {trees.map((tree, at) => (
          <span key={at} className="xj-chip">
            <button type="button" className="xj-chip__text" onClick={() => setEditing(editing === at ? null : at)} aria-expanded={editing === at}>{words(tree)}</button>
            <button type="button" className="xj-chip__close" aria-label={t('filter.remove', { what: words(tree) })} onClick={() => put(null, at)}>×</button>
          </span>
        ))}
        <Button size="small" icon="filter" aria-expanded={editing === 'new'} onClick={() => setEditing(editing === 'new' ? null : 'new')}>{t('filter.add')}</Button>
        {(trees.length === 0 || editing === 'cel') && <Button size="small" kind="ghost" aria-expanded={editing === 'cel'} onClick={() => setEditing(editing === 'cel' ? null : 'cel')}>{t('filter.advanced')}</Button>}
        {trees.length > 1 && <Button size="small" kind="ghost" onClick={() => onChange([])}>{t('filter.clear')}</Button>}
      </div>
      {editing !== null && (editing === 'cel' || (edited && !('field' in edited))
        ? <CelEditor text={edited && 'cel' in edited ? edited.cel : ''} onPut={(cel) => put(cel ? { cel } : null, editing)} onCancel={() => setEditing(null)} fields={fields} />
        : <LeafEditor fields={fields} leaf={edited as Leaf | undefined} onPut={(leaf) => put(leaf, editing)} onCancel={() => setEditing(null)} />)}
    </div>
  )
}

function CelEditor({ text, onPut, onCancel, fields }: { text: string; onPut: (cel: string) => void; onCancel: () => void; fields: FieldDefinition[] }) {
  const { t } = useTongue()
  const [cel, setCel] = useState(text)
  return (
    <form className="xj-filter__editor" onSubmit={(event) => { event.preventDefault(); onPut(cel.trim()) }}>
      <Field label={t('filter.cel_label')} hint={t('filter.cel_hint', { fields: fields.slice(0, 8).map((field) => field.key).join(', ') })}>
        {(control) => <textarea {...control} className="xj-input xj-code" rows={3} spellCheck={false} autoFocus value={cel} onChange={(event) => setCel(event.target.value)} />}
      </Field>
      <div className="xj-line"><Button type="submit">{t('filter.apply')}</Button><Button kind="ghost" onClick={onCancel}>{t('common.cancel')}</Button></div>
    </form>
  )
}
