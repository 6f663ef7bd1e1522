/** The designer of a form: a palette of fields, sections to drag them into, and the properties of the one chosen. */
import { useMemo, useRef, useState } from 'react'
import type { FieldDefinition, Problem } from '@/api/types'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { written } from '@/lib/written'
import { goTo, moved, problemsAt, putIn, setAt, takeOut, useGoTo, type EditorProps } from '@/metadata/editing'
import { useObject } from '@/metadata/schema'
import { Button } from '@/ui/Button'
import { DragArea, Movable, Place } from '@/ui/dnd'
import { Icon } from '@/ui/Icon'
import { FieldProperties } from './FieldProperties'
import { layoutOf, place, spotOf, type FieldSpec, type Section } from './layout'
import './forms.css'

export default function FormEditor({ document, onChange, problems, readOnly }: EditorProps) {
  const { t, say } = useTongue()
  const object = String(document.object ?? '')
  const { meta } = useObject(object)
  const layout = layoutOf(document)
  const [chosen, setChosen] = useState<string | null>(null)
  const [find, setFind] = useState('')
  useGoTo((path) => { const found = /^layout\.(\d+)\.fields\.(\d+)/.exec(path); if (found) setChosen(layout[Number(found[1])]?.fields[Number(found[2])]?.field ?? null) })
  const name = (key: string) => say(meta?.fields.get(key)?.name, key)
  const placed = useMemo(() => new Set(layout.flatMap((section) => section.fields.map((each) => each.field))), [layout])
  const put = (next: Section[]) => onChange({ ...document, layout: next })
  const add = (key: string, section = layout.length - 1) => { put((layout.length ? layout : [{ columns: 2, fields: [] } as Section]).map((each, at) => (at === Math.max(0, section) ? { ...each, fields: [...each.fields, { field: key }] } : each))); setChosen(key) }
  const move = (id: string, to: string) => { const next = place(layout, id, to); if (next) { put(next); setChosen(id.replace(/^new:/, '')) } }
  const nameOf = (id: string) => { const section = /^section:(\d+)$/.exec(id); return section ? sectionName(layout[Number(section[1])], Number(section[1])) : name(id.replace(/^new:/, '')) }
  const sectionName = (section: Section | undefined, at: number) => say(section?.name) || t('form.section', { at: at + 1 })
  const free = [...(meta?.fields.values() ?? [])].filter((field) => !placed.has(field.key) && (!field.system || field.key === 'owner') && (!find || name(field.key).includes(find) || field.key.includes(find)))
  // A condition is printed by the server and comes a moment later: it goes into the form as it is then.
  const now = useRef(document)
  now.current = document
  const putPart = (key: string, part: keyof FieldSpec, value: unknown) => {
    const held = layoutOf(now.current)
    const place = spotOf(held, key)
    if (!place) return
    const { [part]: _old, ...rest } = held[place.section]!.fields[place.at]!
    onChange(setAt(now.current, `layout.${place.section}.fields.${place.at}`, value === undefined || value === '' ? rest : { ...rest, [part]: value }))
  }
  const spot = chosen ? spotOf(layout, chosen) : null
  return (
    <DragArea onMove={move} nameOf={nameOf} overlay={(id) => <div className="xj-board__card--lifted">{nameOf(id)}</div>}>
      <div className="xj-designer">
        {!readOnly && <section className="xj-designer__palette" aria-label={t('designer.palette')}>
          <h3>{t('designer.palette')}</h3>
          <input className="xj-input" type="search" aria-label={t('tools.find_field')} placeholder={t('tools.find_field')} value={find} onChange={(event) => setFind(event.target.value)} />
          <ul>
            {free.map((field) => (
              <li key={field.key}><Movable id={`new:${field.key}`} label={name(field.key)} disabled={readOnly} className="xj-designer__chip">
                {(grip) => <>{!readOnly && <button type="button" className="xj-tools__grip" {...grip}>⋮⋮</button>}<span className="xj-grow xj-ellipsis">{name(field.key)}</span>{!readOnly && <Button size="small" kind="ghost" icon="plus" aria-label={t('designer.add', { name: name(field.key) })} onClick={() => add(field.key)} />}</>}
              </Movable></li>
            ))}
            {!free.length && <li className="xj-small xj-muted">{t('designer.all_placed')}</li>}
          </ul>
        </section>}
        <div className="xj-designer__canvas" role="group" aria-label={t('designer.canvas')}>
          {layout.map((section, at) => (
            <SectionBox key={at} section={section} at={at} last={layout.length - 1} title={sectionName(section, at)} readOnly={readOnly} problems={problems} fields={meta?.fields} chosen={chosen} name={name}
              onChoose={setChosen} onChange={(next) => put(layout.map((each, index) => (index === at ? next : each)))} onRemove={() => put(takeOut(layout, at))} onShift={(by) => put(moved(layout, at, at + by))} />
          ))}
          {!readOnly && <div><Button icon="plus" onClick={() => put(putIn(layout, { name: { zh: '', en: '' }, columns: 2, fields: [] }))}>{t('designer.add_section')}</Button></div>}
        </div>
        {spot && meta?.fields.get(chosen!) && (
          <FieldProperties key={chosen} object={object} field={meta.fields.get(chosen!)!} spec={layout[spot.section]!.fields[spot.at]!} path={`layout.${spot.section}.fields.${spot.at}`} problems={problems} readOnly={readOnly}
            onPart={(part, value) => putPart(chosen!, part, value)} onRemove={() => { put(layout.map((each, at) => (at === spot.section ? { ...each, fields: takeOut(each.fields, spot.at) } : each))); setChosen(null) }} onClose={() => setChosen(null)} />
        )}
      </div>
    </DragArea>
  )
}

interface SectionProps { section: Section; at: number; last: number; title: string; readOnly: boolean; problems: Problem[]; fields: Map<string, FieldDefinition> | undefined; chosen: string | null; name: (key: string) => string; onChoose: (key: string) => void; onChange: (section: Section) => void; onRemove: () => void; onShift: (by: number) => void }

function SectionBox({ section, at, last, title, readOnly, problems, chosen, name, onChoose, onChange, onRemove, onShift }: SectionProps) {
  const { t, tongue } = useTongue()
  const own = problems.filter((problem) => (problem.path ?? '').startsWith(`layout.${at}`) && !(problem.path ?? '').includes('.fields.'))
  return (
    <Place id={`section:${at}`} className="xj-designer__section" role="group" aria-label={title} data-path={`layout.${at}`}>
      <div className="xj-line-nowrap">
        <input className="xj-input" aria-label={t('designer.section_name')} placeholder={t('designer.section_name')} disabled={readOnly} value={written(section.name, tongue)} onChange={(event) => onChange({ ...section, name: { ...section.name, zh: tongue === 'en' ? (section.name?.zh || event.target.value) : event.target.value, en: tongue === 'en' ? event.target.value : (section.name?.en || event.target.value) } })} />
        <select className="xj-input xj-designer__columns" aria-label={t('designer.columns')} disabled={readOnly} value={section.columns ?? 1} onChange={(event) => onChange({ ...section, columns: Number(event.target.value) as 1 | 2 })}><option value={1}>{t('designer.one_column')}</option><option value={2}>{t('designer.two_columns')}</option></select>
        {!readOnly && <>
          <Button size="small" kind="ghost" icon="up" aria-label={t('tools.up', { name: title })} disabled={at === 0} onClick={() => onShift(-1)} />
          <Button size="small" kind="ghost" icon="down" aria-label={t('tools.down', { name: title })} disabled={at === last} onClick={() => onShift(1)} />
          <Button size="small" kind="ghost" icon="cross" aria-label={t('designer.remove_section', { name: title })} disabled={section.fields.length > 0} title={section.fields.length ? t('designer.empty_first') : undefined} onClick={onRemove} />
        </>}
      </div>
      {own.map((problem, index) => <p key={index} className="xj-field__error" role="alert"><Icon name="alert" />{problemText(problem, t, tongue)}</p>)}
      <ul className={`xj-designer__fields xj-designer__fields--${section.columns ?? 1}`}>
        {section.fields.map((spec, index) => {
          const path = `layout.${at}.fields.${index}`
          const wrong = problemsAt(problems, path)
          return (
            <li key={spec.field} className={spec.width === 'full' ? 'xj-formpart__wide' : undefined} data-path={path}>
              <Place id={spec.field} className="xj-designer__drop"><Movable id={spec.field} label={name(spec.field)} disabled={readOnly} className={`xj-designer__field${chosen === spec.field ? ' xj-designer__field--on' : ''}`}>
                {(grip) => (
                  <>
                    {!readOnly && <button type="button" className="xj-tools__grip" {...grip}>⋮⋮</button>}
                    <button type="button" className="xj-designer__pick xj-grow" aria-pressed={chosen === spec.field} onClick={() => onChoose(spec.field)}>
                      <span className="xj-ellipsis">{name(spec.field)}{Boolean(spec.required_when) && <span className="xj-req"> *</span>}</span>
                      {(spec.visible_when || typeof spec.required_when === 'string' || spec.read_only) && <span className="xj-small xj-muted">{[spec.visible_when && t('designer.sometimes'), typeof spec.required_when === 'string' && t('designer.required_if'), spec.read_only && t('designer.closed')].filter(Boolean).join(' · ')}</span>}
                    </button>
                  </>
                )}
              </Movable></Place>
              {wrong.map((problem, n) => <button key={n} type="button" className="xj-field__error xj-cond__goto" onClick={() => { onChoose(spec.field); goTo(problem.path ?? path) }}><Icon name="alert" />{problemText(problem, t, tongue)}</button>)}
            </li>
          )
        })}
        {!section.fields.length && <li className="xj-small xj-muted xj-designer__empty">{t(readOnly ? 'designer.no_fields' : 'designer.drop_here')}</li>}
      </ul>
    </Place>
  )
}
