/** A role: which records, which fields, which rights, and who holds it; a click shows the workspace as one of them sees it. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '@/lib/api'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { ConditionBuilder } from '@/metadata/conditions/ConditionBuilder'
import { problemsAt, type EditorProps } from '@/metadata/editing'
import { HOMES } from '@/metadata/home'
import { SeeAsButton } from '@/metadata/SeeAs'
import { useSchema } from '@/metadata/schema'
import { useRight } from '@/metadata/session'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Avatar } from '@/ui/Avatar'
import { apart, byPattern, differs, entryOf, isWord, LEVELS, levelOf, RIGHTS, scopeOf, setEntry, setLevel, setVerb, VERBS, WORDS, type Entry, type Level } from './role'
import './role.css'

type Doc = Record<string, unknown>

export default function RoleEditor({ document, onChange, problems, readOnly }: EditorProps) {
  const { t, tongue } = useTongue()
  const rights = (document.rights as string[] | undefined) ?? []
  return (
    <div className="xj-stack">
      {problems.map((problem, at) => <Notice key={at} kind={problem.severity === 'warning' ? 'warning' : 'error'}><span>{problemText(problem, t, tongue)}{problem.path ? `（${problem.path}）` : ''}</span></Notice>)}
      <Holders role={String(document.key ?? '')} />
      <Rows document={document} problems={problems} readOnly={readOnly} onChange={onChange} />
      <Fields document={document} readOnly={readOnly} onChange={onChange} />
      <Card title={t('rep.home')}>
        <select className="xj-input" aria-label={t('rep.home')} disabled={readOnly} value={String(document.home ?? 'workbench')} onChange={(event) => onChange({ ...document, home: event.target.value })}>{Object.keys(HOMES).map((key) => <option key={key} value={key}>{t(`rep.homes.${key}`)}</option>)}</select>
      </Card>
      <Card title={t('role.rights')}>
        <div className="xj-role__rights">
          {rights.includes('*') && <Notice kind="info"><span>{t('role.all_rights')}</span></Notice>}
          {RIGHTS.map((right) => (
            <label key={right} className="xj-check"><input type="checkbox" disabled={readOnly || rights.includes('*')} checked={rights.includes(right) || rights.includes('*')} onChange={(event) => onChange({ ...document, rights: event.target.checked ? [...rights, right] : rights.filter((each) => each !== right) })} /><span>{t(`role.right.${right.replace('.', '_')}`)}</span></label>
          ))}
        </div>
      </Card>
    </div>
  )
}

interface PartProps { document: Doc; readOnly: boolean; onChange: (next: Doc) => void }

function Rows({ document, problems, readOnly, onChange }: PartProps & { problems: EditorProps['problems'] }) {
  const { t, say } = useTongue()
  const { data: schema } = useSchema()
  const objects = ['default', ...(schema?.objects.map((object) => object.key) ?? [])]
  const name = (key: string) => (key === 'default' ? t('role.other_objects') : say(schema?.objects.find((object) => object.key === key)?.name, key))
  return (
    <Card title={t('role.rows')}>
      <ul className="xj-stack-8">
        {objects.map((object) => {
          const entry = entryOf(document, object)
          return (
            <li key={object} className="xj-role__object" data-path={`rows.${object}`} data-object={object}>
              <div className="xj-line">
                <b className="xj-role__name">{name(object)}</b>
                {object !== 'default' && <label className="xj-check"><input type="checkbox" disabled={readOnly} checked={entry !== undefined} onChange={(event) => onChange(setEntry(document, object, event.target.checked ? (entryOf(document, 'default') ?? 'none') : undefined))} />{t('role.own_rule')}</label>}
                {entry === undefined && <span className="xj-second">{t('role.as_default', { scope: scopeWord(scopeOf(entryOf(document, 'default'), 'read'), t) })}</span>}
                {entry !== undefined && !differs(entry) && <Scope object={object} label={name(object)} scope={scopeOf(entry, 'read')} readOnly={readOnly} onChange={(scope) => onChange(setEntry(document, object, scope))} />}
                {entry !== undefined && object !== 'default' && !readOnly && <Button size="small" kind="ghost" onClick={() => onChange(setEntry(document, object, differs(entry) ? scopeOf(entry, 'read') : apart(entry)))}>{t(differs(entry) ? 'role.one_for_all' : 'role.by_verb')}</Button>}
              </div>
              {entry !== undefined && !differs(entry) && !isWord(scopeOf(entry, 'read')) && object !== 'default' && <Condition object={object} cel={scopeOf(entry, 'read')} problems={problemsAt(problems, `rows.${object}`)} readOnly={readOnly} onChange={(cel) => onChange(setEntry(document, object, cel))} />}
              {differs(entry) && <Verbs object={object} entry={entry!} problems={problems} readOnly={readOnly} onChange={(next) => onChange(setEntry(document, object, next))} />}
            </li>
          )
        })}
      </ul>
    </Card>
  )
}

function Verbs({ object, entry, problems, readOnly, onChange }: { object: string; entry: Entry; problems: EditorProps['problems']; readOnly: boolean; onChange: (next: Entry) => void }) {
  const { t } = useTongue()
  return (
    <ul className="xj-role__verbs">
      {VERBS.map((verb) => {
        const scope = scopeOf(entry, verb)
        return (
          <li key={verb}>
            <div className="xj-line"><span className="xj-role__name">{t(`role.verb.${verb}`)}</span><Scope object={object} label={t(`role.verb.${verb}`)} scope={scope} readOnly={readOnly} onChange={(next) => onChange(setVerb(entry, verb, next))} /></div>
            {!isWord(scope) && <Condition object={object} cel={scope} problems={problemsAt(problems, `rows.${object}.${verb}`)} readOnly={readOnly} onChange={(cel) => onChange(setVerb(entry, verb, cel))} />}
          </li>
        )
      })}
    </ul>
  )
}

type Translate = ReturnType<typeof useTongue>['t']
const scopeWord = (scope: string, t: Translate) => (isWord(scope) ? t(`role.scope.${scope}`) : t('role.scope.condition'))

function Scope({ object, label, scope, readOnly, onChange }: { object: string; label: string; scope: string; readOnly: boolean; onChange: (scope: string) => void }) {
  const { t } = useTongue()
  return (
    <select className="xj-input xj-role__scope" aria-label={t('role.scope_of', { name: label })} disabled={readOnly} value={isWord(scope) ? scope : 'condition'} onChange={(event) => onChange(event.target.value === 'condition' ? 'owner == me.id' : event.target.value)}>
      {WORDS.map((word) => <option key={word} value={word}>{t(`role.scope.${word}`)}</option>)}
      {object !== 'default' && <option value="condition">{t('role.scope.condition')}</option>}
    </select>
  )
}

function Condition({ object, cel, problems, readOnly, onChange }: { object: string; cel: string; problems: EditorProps['problems']; readOnly: boolean; onChange: (cel: string) => void }) {
  const { t } = useTongue()
  return <ConditionBuilder object={object} cel={cel} problems={problems} readOnly={readOnly} onChange={(next) => onChange(next || 'none')} label={t('role.scope.condition')} />
}

/** Field by field: hidden, masked, read or write. */
function Fields({ document, readOnly, onChange }: PartProps) {
  const { t, say } = useTongue()
  const { data: schema } = useSchema()
  const [object, setObject] = useState('lead')
  const [search, setSearch] = useState('')
  const definition = schema?.objects.find((each) => each.key === object) ?? schema?.objects[0]
  const only = Array.isArray((document.fields as Doc | undefined)?.only)
  const wanted = search.trim().toLowerCase()
  const fields = definition?.fields.filter((field) => !field.system && (!wanted || field.key.includes(wanted) || say(field.name).toLowerCase().includes(wanted))) ?? []
  const limited = definition?.fields.filter((field) => levelOf(document, definition.key, field.key) !== 'write').length ?? 0
  return (
    <Card title={t('role.fields')} aside={<span>{t('role.limited', { count: limited })}</span>}>
      <div className="xj-stack-8">
        <div className="xj-line">
          <select className="xj-input xj-role__scope" aria-label={t('role.object')} value={definition?.key ?? ''} onChange={(event) => setObject(event.target.value)}>{schema?.objects.map((each) => <option key={each.key} value={each.key}>{say(each.name, each.key)}</option>)}</select>
          <input className="xj-input xj-role__scope" type="search" aria-label={t('role.search')} placeholder={t('role.search')} value={search} onChange={(event) => setSearch(event.target.value)} />
          {only && <span className="xj-second">{t('role.only')}</span>}
        </div>
        <div className="xj-scroll-x xj-role__matrix" tabIndex={0} role="region" aria-label={t('role.fields')}>
          <table className="xj-table">
            <thead><tr><th scope="col">{t('role.field')}</th>{LEVELS.map((level) => <th key={level} scope="col">{t(`role.level.${level}`)}</th>)}</tr></thead>
            <tbody>
              {definition && fields.map((field) => {
                const level = levelOf(document, definition.key, field.key)
                const fixed = readOnly || byPattern(document, definition.key, field.key)
                return (
                  <tr key={field.key} data-field={field.key} data-level={level}>
                    <th scope="row" title={fixed && !readOnly ? t('role.by_pattern') : undefined}>{say(field.name, field.key)}</th>
                    {LEVELS.map((each: Level) => <td key={each}><input type="radio" name={`${definition.key}.${field.key}`} aria-label={t('role.set_level', { field: say(field.name, field.key), level: t(`role.level.${each}`) })} disabled={fixed} checked={level === each} onChange={() => onChange(setLevel(document, definition.key, field.key, each))} /></td>)}
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      </div>
    </Card>
  )
}

interface Person { id: string; name: string; title?: string; roles: string[]; left_on?: string | null }

function Holders({ role }: { role: string }) {
  const { t } = useTongue()
  const may = useRight('people.read')
  const { data } = useQuery({ queryKey: ['people'], queryFn: () => call<{ rows: Person[] }>('get', '/api/v1/people').then((answer) => answer.rows), enabled: may, staleTime: 30_000 })
  if (!may || !data) return null
  const people = data.filter((person) => person.roles.includes(role) && !person.left_on)
  return (
    <Card title={t('role.holders', { count: people.length })}>
      <ul className="xj-role__people">
        {people.slice(0, 24).map((person) => <li key={person.id} className="xj-line-nowrap"><Avatar name={person.name} /><span className="xj-grow xj-ellipsis">{person.name} <span className="xj-muted">{person.title}</span></span><SeeAsButton small person={person.id} name={person.name} /></li>)}
        {!people.length && <li className="xj-muted">{t('role.nobody')}</li>}
      </ul>
    </Card>
  )
}
