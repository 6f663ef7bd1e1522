/** A definition that is a handful of settings, as a form: the sentence it comes to, its sections, its list of items. */
import { useTongue } from '@/lib/text'
import { textOf } from '@/metadata/NumberBox'
import { getAt, moved, ownPath, problemsAt, putIn, setAt, takeOut, type Doc, type EditorProps } from '@/metadata/editing'
import { problemText } from '@/lib/errors'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Reorder } from '@/ui/Reorder'
import { PartInput } from './PartInput'
import { KINDS, type Many } from './parts'
import { useNames } from './useNames'
import './plain.css'

export function PlainEditor({ kind, document, onChange, problems, readOnly }: EditorProps & { kind: string }) {
  const { t } = useTongue()
  const shape = KINDS[kind]!
  return (
    <div className="xj-stack">
      <Sentence kind={kind} document={document} />
      {shape.sections.map((section) => (
        <Card key={section.key} title={t(`plain.${kind}.${section.key}`)}>
          {t(`plain.${kind}.${section.key}_help`, { defaultValue: '' }) && <p className="xj-small xj-second xj-plain__help">{t(`plain.${kind}.${section.key}_help`)}</p>}
          <div className="xj-form--two">{section.parts.map((part) => <PartInput key={part.at} words={`plain.${kind}`} part={part} path={part.at} document={document} holder={document} problems={problems} readOnly={readOnly} onChange={(value) => onChange(setAt(document, part.at, value))} />)}</div>
        </Card>
      ))}
      {shape.many && <Items kind={kind} many={shape.many} document={document} onChange={onChange} problems={problems} readOnly={readOnly} />}
    </div>
  )
}

/** What all of it comes to, read aloud. */
function Sentence({ kind, document }: { kind: string; document: Doc }) {
  const { t, tongue } = useTongue()
  const shape = KINDS[kind]!
  const names = useNames()
  const parts = shape.sections.flatMap((section) => section.parts)
  const said = (at: string): string => {
    const part = parts.find((each) => each.at === at)!
    const value = getAt(document, at) ?? part.empty
    if (part.as === 'share') return typeof value === 'number' ? `${textOf(value, true)}%` : '…'
    if (part.as === 'weekday') return t(`plain.weekday.${String(value)}`, { defaultValue: '…' })
    if (part.of) return [value ?? []].flat().map((each) => names(part.of!, String(each))).join(tongue === 'en' ? ', ' : '、') || '…'
    return value === undefined || value === '' ? '…' : String(value)
  }
  const items = shape.many ? getAt(document, shape.many.at) : null
  const params = Object.fromEntries(shape.says.map((at) => [at.replace(/\./g, '_'), said(at)]))
  return <p className="xj-sentence" role="status" aria-label={t('plain.comes_to')}>{t(`plain.${kind}.says`, { ...params, items: Array.isArray(items) ? items.length : 0 })}</p>
}

function Items({ kind, many, document, onChange, problems, readOnly }: ItemsProps) {
  const { t, tongue, say } = useTongue()
  const found = getAt(document, many.at)
  const items = Array.isArray(found) ? (found as Doc[]) : []
  const put = (next: Doc[]) => onChange(setAt(document, many.at, next))
  const whole = problems.filter((each) => ownPath(each) === many.at)
  const named = (item: Doc, at: number) => say(item.name as never) || t('studio.item', { n: at + 1 })
  return (
    <Card title={t(`plain.${kind}.${many.at}`, { count: items.length })} aside={!readOnly && <Button size="small" icon="plus" onClick={() => put(putIn(items, many.fresh(items.map((each) => String(each.key)))))}>{t(`plain.${kind}.add`)}</Button>}>
      <div data-path={many.at} className="xj-stack-8">
        {whole.map((each, n) => <p key={n} className="xj-field__error" role="alert"><Icon name="alert" />{problemText(each, t, tongue)}</p>)}
        <Reorder items={items} label={t(`plain.${kind}.${many.at}`, { count: items.length })} keyOf={(item) => String(item.key)} handleLabel={(item) => t('playbook.move', { name: say(item.name as never) })} locked={readOnly} onMove={(from, to) => put(moved(items, from, to))} row={(item, at, handle) => (
          <fieldset className="xj-plain__item" data-path={`${many.at}.${at}`}>
            <legend className="xj-sr">{named(item, at)}</legend>
            <div className="xj-line-nowrap">{handle}<b className="xj-grow">{at + 1}. {named(item, at)}</b>{!readOnly && <Button size="small" kind="ghost" icon="cross" aria-label={t('playbook.remove', { name: named(item, at) })} onClick={() => put(takeOut(items, at))} />}</div>
            <div className="xj-form--two">{many.parts.map((part) => <PartInput key={part.at} words={`plain.${kind}.item`} part={part} path={`${many.at}.${at}.${part.at}`} document={item} holder={document} problems={problems} readOnly={readOnly} onChange={(value) => put(items.map((each, place) => (place === at ? setAt(each, part.at, value) : each)))} />)}</div>
            {problemsAt(problems, `${many.at}.${at}`).filter((each) => !many.parts.some((part) => ownPath(each) === `${many.at}.${at}.${part.at}`)).map((each, n) => <p key={n} className="xj-field__error" role="alert"><Icon name="alert" />{problemText(each, t, tongue)}</p>)}
          </fieldset>
        )} />
        {!items.length && <p className="xj-muted">{t(`plain.${kind}.none`)}</p>}
      </div>
    </Card>
  )
}

type ItemsProps = Omit<EditorProps, 'published'> & { kind: string; many: Many }
