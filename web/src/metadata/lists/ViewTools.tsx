/** How a list is laid out: table, board or calendar; columns in their order, groups, totals, order, density. Loaded when opened. */
import { useState } from 'react'
import type { FieldDefinition, Layout, ListView, Total } from '@/api/types'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { DragArea, Movable, Place } from '@/ui/dnd'
import { Field } from '@/ui/Field'
import { Drawer } from '@/ui/heavy'
import { Icon } from '@/ui/Icon'
import { Tabs } from '@/ui/Tabs'
import type { ObjectMeta } from '../schema'
import { sortable } from './ListHead'
import type { Draft } from './views'

export const groupable = (field: FieldDefinition) => ['choice', 'person', 'relation', 'boolean', 'date'].includes(field.kind) && field.can !== 'masked'
const summable = (field: FieldDefinition) => ['number', 'money', 'percent'].includes(field.kind) && field.can !== 'masked'
const dated = (field: FieldDefinition) => ['date', 'datetime'].includes(field.kind) && field.can !== 'masked'
const LAYOUTS: Layout[] = ['table', 'board', 'calendar']
const TOTALS: Total[] = ['sum', 'avg', 'min', 'max', 'median']

interface ToolsProps { meta: ObjectMeta; view: ListView; sort: string[]; onDraft: (draft: Draft) => void; onSort: (sort: string[]) => void; onClose: () => void }

export default function ViewTools({ onClose, ...parts }: ToolsProps) {
  const { t } = useTongue()
  return <Drawer open title={t('tools.title')} onClose={onClose} width={400}><ViewParts {...parts} /></Drawer>
}

/** Every part of a view but its filter and its name. */
export function ViewParts({ meta, view, sort, onDraft, onSort }: Omit<ToolsProps, 'onClose'>) {
  const { t, say } = useTongue()
  const fields = [...meta.fields.values()]
  const name = (field: FieldDefinition) => say(field.name, field.key)
  const layout = view.layout ?? 'table'
  const pick = (label: string, value: string | undefined, choices: FieldDefinition[], put: (key: string) => void, none: string) => (
    <Field label={label}>{(control) => <select {...control} className="xj-input" value={value ?? ''} onChange={(event) => put(event.target.value)}><option value="">{none}</option>{choices.map((field) => <option key={field.key} value={field.key}>{name(field)}</option>)}</select>}</Field>
  )
  const choose = (next: Layout) => onDraft({
    layout: next,
    ...(next === 'board' && !fields.some((field) => field.key === view.group_by && field.kind === 'choice') ? { group_by: fields.find((field) => field.kind === 'choice' && field.options?.length)?.key } : {}),
    ...(next === 'calendar' && !view.date_field ? { date_field: fields.find((field) => dated(field) && !field.system)?.key ?? 'created_at' } : {}),
  })
  return (
      <div className="xj-stack">
        <Tabs label={t('tools.layout')} value={layout} onChange={choose} tabs={LAYOUTS.map((key) => ({ key, label: t(`tools.${key}`) }))} />
        {layout === 'board' && pick(t('tools.board_by'), view.group_by, fields.filter((field) => field.kind === 'choice' && field.options?.length), (key) => key && onDraft({ group_by: key }), t('tools.choose'))}
        {layout === 'calendar' && pick(t('tools.calendar_by'), view.date_field, fields.filter(dated), (key) => key && onDraft({ date_field: key }), t('tools.choose'))}
        {layout === 'calendar' && pick(t('tools.color_by'), view.color_by, fields.filter((field) => field.kind === 'choice' && field.options?.length), (key) => onDraft({ color_by: key || undefined }), t('tools.no_color'))}
        {layout === 'table' && pick(t('tools.group_by'), view.group_by, fields.filter(groupable), (key) => onDraft({ group_by: key || undefined }), t('tools.no_group'))}
        {layout === 'table' && <Field label={t('tools.density')}>{(control) => <select {...control} className="xj-input" value={view.density ?? 'normal'} onChange={(event) => onDraft({ density: event.target.value as 'normal' | 'compact' })}><option value="normal">{t('tools.normal')}</option><option value="compact">{t('tools.compact')}</option></select>}</Field>}
        <Columns meta={meta} view={view} onDraft={onDraft} />
        {layout !== 'calendar' && <Sorts fields={fields.filter(sortable)} sort={sort} onSort={onSort} />}
        {layout !== 'calendar' && fields.some(summable) && (
          <fieldset className="xj-field"><legend className="xj-field__label">{t('tools.totals')}</legend>
            {fields.filter(summable).map((field) => (
              <label key={field.key} className="xj-line-nowrap xj-tools__row"><span className="xj-grow">{name(field)}</span>
                <select className="xj-input" aria-label={t('tools.total_of', { name: name(field) })} value={view.totals?.[field.key] ?? ''} onChange={(event) => { const { [field.key]: _old, ...rest } = view.totals ?? {}; onDraft({ totals: event.target.value ? { ...rest, [field.key]: event.target.value as Total } : rest }) }}>
                  <option value="">{t('tools.no_total')}</option>{TOTALS.map((fn) => <option key={fn} value={fn}>{t(`tools.fn.${fn}`)}</option>)}
                </select>
              </label>
            ))}
          </fieldset>
        )}
      </div>
  )
}

/** The columns in their order: moved by drag, keys or arrows; the others below. */
function Columns({ meta, view, onDraft }: Pick<ToolsProps, 'meta' | 'view' | 'onDraft'>) {
  const { t, say } = useTongue()
  const [find, setFind] = useState('')
  const name = (key: string) => say(meta.fields.get(key)?.name, key)
  const put = (columns: string[]) => onDraft({ columns })
  const move = (key: string, to: number) => { const rest = view.columns.filter((each) => each !== key); put([...rest.slice(0, to), key, ...rest.slice(to)]) }
  const others = [...meta.fields.values()].filter((field) => !view.columns.includes(field.key) && (!find || name(field.key).includes(find)))
  return (
    <section className="xj-stack-8" aria-label={t('tools.columns')}>
      <h3 className="xj-field__label">{t('tools.columns')}</h3>
      <DragArea nameOf={name} onMove={(key, to) => move(key, view.columns.indexOf(to))}>
        <ul className="xj-tools__columns">
          {view.columns.map((key, at) => (
            <li key={key}><Place id={key} className="xj-tools__place"><Movable id={key} label={name(key)} className="xj-tools__row xj-line-nowrap">
              {(grip) => <>
                <button type="button" className="xj-tools__grip" {...grip}>⋮⋮</button><span className="xj-grow xj-ellipsis">{name(key)}</span>
                <Button size="small" kind="ghost" icon="up" aria-label={t('tools.up', { name: name(key) })} disabled={at === 0} onClick={() => move(key, at - 1)} />
                <Button size="small" kind="ghost" icon="down" aria-label={t('tools.down', { name: name(key) })} disabled={at === view.columns.length - 1} onClick={() => move(key, at + 1)} />
                <Button size="small" kind="ghost" icon="cross" aria-label={t('tools.hide', { name: name(key) })} disabled={view.columns.length < 2} onClick={() => put(view.columns.filter((each) => each !== key))} />
              </>}
            </Movable></Place></li>
          ))}
        </ul>
      </DragArea>
      <input className="xj-input" type="search" aria-label={t('tools.find_field')} placeholder={t('tools.find_field')} value={find} onChange={(event) => setFind(event.target.value)} />
      <div className="xj-line">{others.slice(0, 40).map((field) => <Button key={field.key} size="small" icon="plus" onClick={() => put([...view.columns, field.key])}>{name(field.key)}</Button>)}</div>
    </section>
  )
}

function Sorts({ fields, sort, onSort }: { fields: FieldDefinition[]; sort: string[]; onSort: (sort: string[]) => void }) {
  const { t, say } = useTongue()
  const free = fields.filter((field) => !sort.some((part) => part.replace(/^-/, '') === field.key))
  return (
    <fieldset className="xj-field"><legend className="xj-field__label">{t('tools.sort')}</legend>
      {sort.map((part, at) => {
        const key = part.replace(/^-/, '')
        const put = (next: string) => onSort(sort.map((each, index) => (index === at ? next : each)))
        return (
          <div key={key} className="xj-line-nowrap xj-tools__row">
            <select className="xj-input" aria-label={t('tools.sort_field', { at: at + 1 })} value={key} onChange={(event) => put(`${part.startsWith('-') ? '-' : ''}${event.target.value}`)}>
              {[...fields.filter((field) => field.key === key), ...free].map((field) => <option key={field.key} value={field.key}>{say(field.name, field.key)}</option>)}
            </select>
            <select className="xj-input" aria-label={t('tools.direction', { at: at + 1 })} value={part.startsWith('-') ? 'down' : 'up'} onChange={(event) => put(event.target.value === 'down' ? `-${key}` : key)}>
              <option value="up">{t('tools.ascending')}</option><option value="down">{t('tools.descending')}</option>
            </select>
            <Button size="small" kind="ghost" icon="cross" aria-label={t('tools.unsort', { at: at + 1 })} onClick={() => onSort(sort.filter((_, index) => index !== at))} />
          </div>
        )
      })}
      {sort.length < 5 && free[0] && <div><Button size="small" icon="plus" onClick={() => onSort([...sort, free[0]!.key])}><Icon name="sort" />{t('tools.add_sort')}</Button></div>}
    </fieldset>
  )
}
