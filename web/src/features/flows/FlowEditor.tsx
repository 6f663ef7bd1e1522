/** An approval flow as a list of nodes: who sits there, how many must agree, when it concerns a record, until when. */
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { written } from '@/lib/written'
import { ConditionBuilder } from '@/metadata/conditions/ConditionBuilder'
import { moved, ownPath, problemsAt, setAt, takeOut, type EditorProps, type Problem } from '@/metadata/editing'
import { NumberBox } from '@/metadata/NumberBox'
import { useSchema } from '@/metadata/schema'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { SelectBox } from '@/ui/heavy'
import { Icon } from '@/ui/Icon'
import { Reorder } from '@/ui/Reorder'
import type { Text } from '@/api/types'
import './flows.css'

type Party = Record<string, string | number>
interface NodeDoc { key: string; name?: Text; who?: Party[]; mode?: 'all' | 'any'; when?: string; hours?: number | string }
const KINDS = ['manager', 'role', 'person', 'head'] as const

export default function FlowEditor({ document, onChange, problems, readOnly }: EditorProps) {
  const { t, tongue, say } = useTongue()
  const { data: schema } = useSchema()
  const object = String(document.object ?? 'deal')
  const nodes = Array.isArray(document.nodes) ? (document.nodes as NodeDoc[]) : []
  const fields = schema?.objects.find((each) => each.key === object)?.fields.map((field) => ({ value: field.key, label: say(field.name, field.key) })) ?? []
  const put = (next: NodeDoc[]) => onChange({ ...document, nodes: next })
  const language = tongue === 'en' ? 'en' : 'zh'
  const set = (at: number, key: keyof NodeDoc, value: unknown) => put(nodes.map((node, place) => (place === at ? setAt(node, [key], value) : node)))
  const fresh = () => { let n = nodes.length + 1; while (nodes.some((node) => node.key === `node_${n}`)) n += 1; return `node_${n}` }
  return (
    <div className="xj-stack">
      <Card title={t('flow.what')}>
        <div className="xj-form--two">
          <Field label={t('playbook.name')} required error={own(problems, 'name', t, tongue)}>{(control) => <input {...control} data-path="name" className="xj-input" readOnly={readOnly} value={written(document.name, tongue)} onChange={(event) => onChange({ ...document, name: { ...(document.name as object), [language]: event.target.value } })} />}</Field>
          <Field label={t('playbook.object')} error={own(problems, 'object', t, tongue)}>{(control) => <select {...control} data-path="object" className="xj-input" disabled={readOnly} value={object} onChange={(event) => onChange({ ...document, object: event.target.value })}>{schema?.objects.map((each) => <option key={each.key} value={each.key}>{say(each.name, each.key)}</option>)}</select>}</Field>
          <div data-path="fields" className="xj-form__wide"><Field label={t('flow.fields')} hint={t('flow.fields_hint')} error={own(problems, 'fields', t, tongue)}>{(control) => <SelectBox id={control.id} label={t('flow.fields')} multiple readOnly={readOnly} value={(document.fields as string[] | undefined) ?? []} options={fields} onChange={(next) => onChange(setAt(document, ['fields'], next))} />}</Field></div>
        </div>
      </Card>
      <Card title={t('flow.nodes', { count: nodes.length })} aside={!readOnly && <Button size="small" icon="plus" onClick={() => put([...nodes, { key: fresh(), name: { zh: t('flow.new_node'), en: t('flow.new_node') }, who: [{ manager: 1 }], hours: 24 }])}>{t('flow.add_node')}</Button>}>
        {own(problems, 'nodes', t, tongue) && <p className="xj-field__error" role="alert"><Icon name="alert" />{own(problems, 'nodes', t, tongue)}</p>}
        <Reorder items={nodes} label={t('flow.nodes', { count: nodes.length })} keyOf={(node) => node.key} handleLabel={(node) => t('playbook.move', { name: say(node.name, node.key) })} locked={readOnly} onMove={(from, to) => put(moved(nodes, from, to))} row={(node, at, handle) => (
          <div className="xj-node" data-path={`nodes.${at}`}>
            <div className="xj-line-nowrap">{handle}<b>{at + 1}</b><input className="xj-input" data-path={`nodes.${at}.name`} aria-label={t('flow.node_name', { n: at + 1 })} {...(own(problems, `nodes.${at}.name`, t, tongue) && { 'aria-invalid': true, 'aria-describedby': `${node.key}-error` })} readOnly={readOnly} value={written(node.name, tongue)} onChange={(event) => set(at, 'name', { ...node.name, [language]: event.target.value })} />{!readOnly && <Button size="small" kind="ghost" icon="cross" aria-label={t('playbook.remove', { name: say(node.name, node.key) })} onClick={() => put(takeOut(nodes, at))} />}</div>
            <div className="xj-node__who">
              <Parties value={node.who ?? []} readOnly={readOnly} onChange={(who) => set(at, 'who', who)} n={at + 1} />
              {(node.who?.length ?? 0) !== 1 || KINDS.indexOf((Object.keys(node.who?.[0] ?? {})[0] ?? 'role') as never) === 1 ? <Field label={t('flow.mode')}>{(control) => <select {...control} className="xj-input" disabled={readOnly} value={node.mode ?? 'all'} onChange={(event) => set(at, 'mode', event.target.value)}>{(['all', 'any'] as const).map((mode) => <option key={mode} value={mode}>{t(`flow.mode_${mode}`)}</option>)}</select>}</Field> : null}
              <Field label={t('playbook.limit')} error={own(problems, `nodes.${at}.hours`, t, tongue)}>{(control) => <NumberBox control={control} path={`nodes.${at}.hours`} readOnly={readOnly} value={node.hours} onChange={(hours) => set(at, 'hours', hours)} />}</Field>
            </div>
            {problemsAt(problems, `nodes.${at}`).filter((each) => !/\.(when|hours)$/.test(ownPath(each))).map((each, n) => <p key={n} id={ownPath(each).endsWith('.name') ? `${node.key}-error` : undefined} className="xj-field__error" role="alert"><Icon name="alert" />{problemText(each, t, tongue)}</p>)}
            <details open={Boolean(node.when)}><summary className="xj-second">{t(node.when ? 'flow.only_when' : 'flow.always')}</summary><div data-path={`nodes.${at}.when`}><ConditionBuilder object={object} cel={node.when ?? ''} onChange={(cel) => set(at, 'when', cel || undefined)} problems={problemsAt(problems, `nodes.${at}.when`)} readOnly={readOnly} label={t('flow.only_when')} /></div></details>
          </div>
        )} />
        {!nodes.length && <p className="xj-muted">{t('flow.no_nodes')}</p>}
      </Card>
      <Card title={t('flow.cc')}><Parties value={(document.cc as Party[] | undefined) ?? []} readOnly={readOnly} onChange={(cc) => onChange(setAt(document, ['cc'], cc.length ? cc : undefined))} n={0} /></Card>
    </div>
  )
}

const own = (problems: Problem[], path: string, t: Parameters<typeof problemText>[1], tongue: Parameters<typeof problemText>[2]) => problems.filter((each) => ownPath(each) === path).map((each) => problemText(each, t, tongue)).join(' ') || undefined

/** Who sits somewhere: the line manager some levels up, a role, a person, the head of a unit. */
function Parties({ value, onChange, readOnly, n }: { value: Party[]; onChange: (next: Party[]) => void; readOnly: boolean; n: number }) {
  const { t, say } = useTongue()
  const { data: schema } = useSchema()
  const options = (kind: string): { value: string; label: string }[] => (kind === 'role' ? schema?.roles : kind === 'person' ? schema?.people.filter((each) => each.key).map((each) => ({ key: each.key!, name: each.name })) : kind === 'head' ? schema?.units : [1, 2, 3].map((level) => ({ key: String(level), name: t('flow.level', { level }) })))?.map((each) => ({ value: each.key, label: say(each.name, each.key) })) ?? []
  const set = (at: number, next: Party) => onChange(value.map((each, place) => (place === at ? next : each)))
  const first = (kind: string): Party => ({ [kind]: kind === 'manager' ? 1 : (options(kind)[0]?.value ?? '') })
  return (
    <fieldset className="xj-node__parties"><legend className="xj-field__label">{t('flow.who')}</legend>
      {value.map((party, at) => {
        const [kind = 'role', key = ''] = Object.entries(party)[0] ?? []
        return (
          <div key={at} className="xj-line-nowrap">
            <select className="xj-input" aria-label={t('flow.party_kind', { n, at: at + 1 })} disabled={readOnly} value={kind} onChange={(event) => set(at, first(event.target.value))}>{KINDS.map((each) => <option key={each} value={each}>{t(`flow.kind.${each}`)}</option>)}</select>
            <select className="xj-input" aria-label={t('flow.party', { n, at: at + 1 })} disabled={readOnly} value={String(key)} onChange={(event) => set(at, { [kind]: kind === 'manager' ? Number(event.target.value) : event.target.value })}>{!options(kind).some((each) => each.value === String(key)) && <option value={String(key)}>{String(key)}</option>}{options(kind).map((each) => <option key={each.value} value={each.value}>{each.label}</option>)}</select>
            {!readOnly && <Button size="small" kind="ghost" icon="cross" aria-label={t('flow.remove_party', { n, at: at + 1 })} onClick={() => onChange(takeOut(value, at))} />}
          </div>
        )
      })}
      {!readOnly && <div><Button size="small" icon="plus" onClick={() => onChange([...value, first('role')])}>{t('flow.add_party')}</Button></div>}
    </fieldset>
  )
}
