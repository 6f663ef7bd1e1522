/** The stage in hand: its time and chance, required actions, conditions to enter and to leave; and a transition in hand. */
import { useState } from 'react'
import { useTongue } from '@/lib/text'
import { ConditionBuilder } from '@/metadata/conditions/ConditionBuilder'
import { moved, problemsAt, putIn, setAt, takeOut, useGoTo, type Problem } from '@/metadata/editing'
import { StepList } from '@/metadata/steps/StepList'
import { useLabels } from '@/metadata/steps/useLabels'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Reorder } from '@/ui/Reorder'
import { ActionForm } from './ActionForm'
import { ManyInput, NameInput, NumberInput, PickInput, useFieldsOf, useNamed, useRoles, Wrong } from './inputs'
import { freshKey, words, type ActionDoc, type MoveDoc, type RuleDoc, type StageDoc } from './shapes'

interface StageProps { stage: StageDoc; at: number; object: string; taken: string[]; problems: Problem[]; readOnly: boolean; onChange: (next: StageDoc) => void; onRemove: () => void }

export function StagePanel({ stage, at, object, taken, problems, readOnly, onChange, onRemove }: StageProps) {
  const { t, say } = useTongue()
  const [open, setOpen] = useState<number | null>(null)
  const path = `stages.${at}`
  const put = (key: keyof StageDoc, value: unknown) => onChange(setAt(stage, [key], value))
  const base = (key: string) => ({ path: `${path}.${key}`, problems, readOnly })
  const actions = stage.actions ?? []
  useGoTo((asked) => { const found = /^stages\.(\d+)\.actions\.(\d+)/.exec(asked); if (found && Number(found[1]) === at) setOpen(Number(found[2])) })
  const add = () => { put('actions', [...actions, { key: freshKey(taken, 'action'), name: { zh: t('playbook.new_action'), en: t('playbook.new_action') }, by: 'owner' }]); setOpen(actions.length) }
  return (
    <Card title={say(stage.name, stage.key)} aside={!readOnly && <Button size="small" kind="ghost" onClick={onRemove}>{t('playbook.remove_stage')}</Button>}>
      <div className="xj-stack" data-path={path}>
        <div className="xj-form--two">
          <NameInput label={t('playbook.name')} {...base('name')} value={stage.name} onChange={(name) => put('name', name)} />
          <NumberInput label={t('playbook.limit')} {...base('limit_hours')} value={stage.limit_hours} onChange={(hours) => put('limit_hours', hours)} />
          <NumberInput label={t('playbook.progress')} {...base('progress')} value={stage.progress} onChange={(progress) => put('progress', progress)} />
          <NumberInput label={t('playbook.chance')} {...base('chance')} hint={t('playbook.chance_hint')} share value={stage.chance} onChange={(chance) => put('chance', chance)} />
        </div>
        <Wrong problems={problems} path={`${path}.key`} />
        <section className="xj-stack-8" aria-label={t('playbook.actions')}>
          <div className="xj-line"><h3 className="xj-grow">{t('playbook.actions')} <span className="xj-small xj-muted">{t('playbook.actions_hint')}</span></h3>{!readOnly && <Button size="small" icon="plus" onClick={add}>{t('playbook.add_action')}</Button>}</div>
          <Wrong problems={problems} path={`${path}.actions`} />
          <Reorder items={actions} label={t('playbook.actions')} keyOf={(action) => action.key} handleLabel={(action) => t('playbook.move', { name: say(action.name, action.key) })} locked={readOnly} onMove={(from, to) => { put('actions', moved(actions, from, to)); setOpen(null) }} row={(action: ActionDoc, place, handle) => (
            <ActionForm action={action} path={`${path}.actions.${place}`} object={object} problems={problems} readOnly={readOnly} open={open === place} onOpen={(next) => setOpen(next ? place : null)} handle={handle} onChange={(next) => put('actions', actions.map((each, n) => (n === place ? next : each)))} onRemove={() => { put('actions', takeOut(actions, place)); setOpen(null) }} />
          )} />
          {!actions.length && <p className="xj-muted">{t('playbook.no_actions')}</p>}
        </section>
        <Rules title={t('deal.entry')} rules={stage.entry ?? []} path={`${path}.entry`} object={object} problems={problems} readOnly={readOnly} onChange={(rules) => put('entry', rules.length ? rules : undefined)} />
        <Rules title={t('deal.exit')} rules={stage.exit ?? []} path={`${path}.exit`} object={object} problems={problems} readOnly={readOnly} onChange={(rules) => put('exit', rules.length ? rules : undefined)} />
        <details><summary className="xj-second">{t('playbook.optional_when')}</summary><div data-path={`${path}.optional_when`}><ConditionBuilder object={object} cel={stage.optional_when ?? ''} onChange={(cel) => put('optional_when', cel || undefined)} problems={problemsAt(problems, `${path}.optional_when`)} readOnly={readOnly} label={t('playbook.optional_when')} /></div></details>
      </div>
    </Card>
  )
}

interface RulesProps { title: string; rules: RuleDoc[]; path: string; object: string; problems: Problem[]; readOnly: boolean; onChange: (rules: RuleDoc[]) => void }

function Rules({ title, rules, path, object, problems, readOnly, onChange }: RulesProps) {
  const { t } = useTongue()
  const roles = useRoles()
  const set = (at: number, next: RuleDoc) => onChange(rules.map((rule, place) => (place === at ? next : rule)))
  return (
    <section className="xj-stack-8" aria-label={title}>
      <div className="xj-line"><h3 className="xj-grow">{title}</h3>{!readOnly && <Button size="small" icon="plus" onClick={() => onChange(putIn(rules, { key: freshKey(rules.map((rule) => rule.key), 'rule'), when: 'true', message: {} }))}>{t('playbook.add_rule')}</Button>}</div>
      {rules.map((rule, at) => (
        <div key={rule.key} className="xj-pb__rule" data-path={`${path}.${at}`}>
          <div className="xj-form--two">
            <NameInput label={t('playbook.message')} path={`${path}.${at}.message`} problems={problems} readOnly={readOnly} hint={t('playbook.message_hint')} value={rule.message} onChange={(message) => set(at, { ...rule, message })} />
            <PickInput label={t('playbook.rule_who')} path={`${path}.${at}.who`} problems={problems} readOnly={readOnly} value={rule.who ?? 'owner'} options={roles} onChange={(who) => set(at, { ...rule, ...(who ? { who } : {}) })} />
          </div>
          <ConditionBuilder object={object} cel={rule.when === 'true' ? '' : rule.when} onChange={(cel) => set(at, { ...rule, when: cel || 'true' })} problems={problemsAt(problems, `${path}.${at}.when`)} readOnly={readOnly} label={title} />
          {!readOnly && <div><Button size="small" kind="ghost" icon="cross" onClick={() => onChange(takeOut(rules, at))}>{t('playbook.remove_rule')}</Button></div>}
        </div>
      ))}
    </section>
  )
}

interface MoveProps { move: MoveDoc; at: number; stages: StageDoc[]; object: string; problems: Problem[]; readOnly: boolean; onChange: (next: MoveDoc) => void; onRemove: () => void }

export function MovePanel({ move, at, stages, object, problems, readOnly, onChange, onRemove }: MoveProps) {
  const { t, say } = useTongue()
  const roles = useRoles()
  const fields = useFieldsOf(object)
  const flows = useNamed('approval_flow')
  const labels = useLabels(object)
  const path = `transitions.${at}`
  const put = (key: keyof MoveDoc, value: unknown) => onChange(setAt(move, [key], value))
  const base = (key: string) => ({ path: `${path}.${key}`, problems, readOnly })
  const options = stages.map((stage) => ({ value: stage.key, label: say(stage.name, stage.key) }))
  return (
    <Card title={t('playbook.transition', { name: say(move.name, move.key) })} aside={!readOnly && <Button size="small" kind="ghost" onClick={onRemove}>{t('playbook.remove_move')}</Button>}>
      <div className="xj-stack" data-path={path}>
        <Wrong problems={problems} path={path} />
        <div className="xj-form--two">
          <NameInput label={t('playbook.name')} {...base('name')} value={move.name} onChange={(name) => put('name', name)} />
          <PickInput label={t('playbook.to')} {...base('to')} value={move.to} options={options} onChange={(to) => to && put('to', to)} />
          <ManyInput label={t('playbook.from')} {...base('from')} hint={t('playbook.from_hint')} value={words(move.from)} options={options} onChange={(from) => put('from', from)} />
          <ManyInput label={t('playbook.who')} {...base('who')} hint={t('playbook.who_hint')} value={words(move.who)} options={roles} onChange={(who) => put('who', who)} />
          <ManyInput label={t('playbook.asks')} {...base('asks')} value={move.asks ?? []} options={fields} onChange={(asks) => put('asks', asks)} />
          <PickInput label={t('playbook.part.approval')} {...base('approval')} value={move.approval} none={t('playbook.no_approval')} options={flows} onChange={(flow) => put('approval', flow)} />
        </div>
        <span className="xj-second">{t('playbook.move_when')}</span>
        <div data-path={`${path}.when`}><ConditionBuilder object={object} cel={move.when ?? ''} onChange={(cel) => put('when', cel || undefined)} problems={problemsAt(problems, `${path}.when`)} readOnly={readOnly} label={t('playbook.move_when')} /></div>
        <StepList title={t('playbook.then')} empty={t('playbook.no_then')} steps={move.then ?? []} path={`${path}.then`} object={object} labels={labels} problems={problems} readOnly={readOnly} onChange={(then) => put('then', then.length ? then : undefined)} />
      </div>
    </Card>
  )
}
