/** A shared view: its filter in words, then columns, groups, totals and layout, the same parts as in the list itself. */
import { Link } from '@tanstack/react-router'
import type { ListView, Text } from '@/api/types'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { written } from '@/lib/written'
import { ConditionBuilder } from '@/metadata/conditions/ConditionBuilder'
import { ownPath, problemsAt, setAt, type EditorProps } from '@/metadata/editing'
import { documentOf, sortsOf, type Draft } from '@/metadata/lists/views'
import { ViewParts } from '@/metadata/lists/ViewTools'
import { useObject } from '@/metadata/schema'
import { Card } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { Icon } from '@/ui/Icon'
import '@/metadata/lists/lists.css'

type Column = string | { field: string; width?: number }

/** A view's document as the list reads it. */
export function viewOf(document: Record<string, unknown>): ListView {
  const columns = (Array.isArray(document.columns) ? document.columns : []) as Column[]
  const widths = Object.fromEntries(columns.flatMap((each) => (typeof each === 'object' && each.width ? [[each.field, each.width]] : [])))
  return { ...(document as unknown as ListView), key: String(document.key ?? ''), name: (document.name ?? {}) as Text, columns: columns.map((each) => (typeof each === 'object' ? each.field : each)), widths }
}

/** The document after a change of the view; what the list does not know is kept. */
export function changed(document: Record<string, unknown>, draft: Draft, sort?: string[]): Record<string, unknown> {
  const view = { ...viewOf(document), ...draft } as ListView
  const next = documentOf(view, view.name, view.filter ?? '', sort ?? sortsOf(view))
  const { layout: _l, group_by: _g, date_field: _d, color_by: _c, density: _y, totals: _t, filter: _f, ...kept } = document
  return { ...kept, ...next }
}

export default function ViewEditor({ document, onChange, problems, readOnly }: EditorProps) {
  const { t, tongue, say } = useTongue()
  const object = String(document.object ?? '')
  const { meta } = useObject(object)
  const view = viewOf(document)
  const elsewhere = problems.filter((problem) => !ownPath(problem).startsWith('filter'))
  if (!meta) return null
  return (
    <div className="xj-stack">
      <Card title={t('view_edit.what')} aside={document.key ? <Link className="xj-btn xj-btn--small" to={object === 'lead' ? '/leads' : '/records/$object'} params={{ object } as never} search={{ view: String(document.key) } as never}>{t('view_edit.open')}</Link> : undefined}>
        <div className="xj-stack">
          <Field label={t('studio.part.name')}>{(control) => <input {...control} className="xj-input" readOnly={readOnly} value={written(view.name, tongue)} onChange={(event) => onChange(setAt(document, `name.${tongue === 'en' ? 'en' : 'zh'}`, event.target.value))} />}</Field>
          <p className="xj-second">{t('view_edit.rows', { name: say(meta.definition.name, object) })}</p>
          <ConditionBuilder object={object} cel={view.filter ?? ''} onChange={(cel) => onChange(setAt(document, 'filter', cel || undefined))} problems={problemsAt(problems, 'filter')} readOnly={readOnly} label={t('filter.label')} />
        </div>
      </Card>
      <Card title={t('tools.title')}>
        {elsewhere.map((problem, at) => <p key={at} className="xj-field__error" role="alert" data-path={ownPath(problem)}><Icon name="alert" />{problemText(problem, t, tongue)}</p>)}
        <fieldset className="xj-plain xj-views__fixed" disabled={readOnly}><ViewParts meta={meta} view={view} sort={sortsOf(view)} onDraft={(draft) => onChange(changed(document, draft))} onSort={(sort) => onChange(changed(document, {}, sort))} /></fieldset>
      </Card>
    </div>
  )
}
