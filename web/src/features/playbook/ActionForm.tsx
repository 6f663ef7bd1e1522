/** One required action: who does it, until when, and every part that must hold: fields, evidence, fingerprint, approval, a second role. */
import { useState } from 'react'
import { whoName } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { ConditionBuilder } from '@/metadata/conditions/ConditionBuilder'
import { problemsAt, setAt, type Problem } from '@/metadata/editing'
import { Button } from '@/ui/Button'
import { Icon } from '@/ui/Icon'
import { Tag } from '@/ui/Status'
import { ManyInput, NameInput, NumberInput, PickInput, useFieldsOf, useNamed, useRoles, Wrong } from './inputs'
import { partsOf, type ActionDoc, type EvidenceDoc } from './shapes'

interface FormProps { action: ActionDoc; path: string; object: string; problems: Problem[]; readOnly: boolean; open: boolean; onOpen: (open: boolean) => void; onChange: (next: ActionDoc) => void; onRemove: () => void; handle: React.ReactNode }
const KINDS = ['file', 'event', 'link'] as const
const EVENTS = ['survey.answered', 'document.signed', 'meeting.held', 'solution.talked', 'touch.followup', 'call.connected', 'quote.sent', 'quote.opened', 'contract.reviewed', 'contract.signed', 'terms.calculated']

export function ActionForm(props: FormProps) {
  const { action, path, problems, readOnly, open, onOpen, onRemove, handle } = props
  const { t, tongue, say } = useTongue()
  const wrong = problemsAt(problems, path).length
  const parts = partsOf(action)
  return (
    <div className="xj-pb__action" data-path={path}>
      <div className="xj-line-nowrap">
        {handle}
        <button type="button" className="xj-pb__fold" aria-expanded={open} onClick={() => onOpen(!open)}>
          <strong className="xj-ellipsis">{say(action.name, action.key)}</strong>
          <span className="xj-small xj-muted">{whoName(action.by ?? 'owner', t, tongue)}</span>
          {(parts.length ? parts : ['claim']).map((part) => <Tag key={part}>{t(`playbook.part.${part}`)}</Tag>)}
          {wrong > 0 && <span className="xj-count" aria-label={t('playbook.wrong', { count: wrong })}>{wrong}</span>}
          <Icon name={open ? 'up' : 'down'} />
        </button>
        {!readOnly && <Button size="small" kind="ghost" icon="cross" aria-label={t('playbook.remove', { name: say(action.name, action.key) })} onClick={onRemove} />}
      </div>
      {open && <Parts {...props} />}
    </div>
  )
}

function Parts({ action, path, object, problems, readOnly, onChange }: FormProps) {
  const { t, say } = useTongue()
  const roles = useRoles()
  const fields = useFieldsOf(object)
  const flows = useNamed('approval_flow')
  const [advanced, setAdvanced] = useState(Boolean(action.fingerprint || action.when))
  const put = (key: keyof ActionDoc, value: unknown) => onChange(setAt(action, [key], value))
  const base = (key: string) => ({ path: `${path}.${key}`, problems, readOnly })
  const evidence: EvidenceDoc | null = action.evidence ? (typeof action.evidence === 'string' ? { label: { zh: action.evidence, en: action.evidence } } : action.evidence) : null
  const show = (key: keyof EvidenceDoc, value: unknown) => put('evidence', setAt(evidence, [key], value))
  return (
    <div className="xj-stack-8 xj-pb__parts">
      <div className="xj-form--two">
        <NameInput label={t('playbook.name')} {...base('name')} value={action.name} onChange={(name) => put('name', name)} />
        <PickInput label={t('playbook.by')} {...base('by')} value={action.by ?? 'owner'} options={roles} onChange={(by) => put('by', by)} />
        <NumberInput label={t('playbook.limit')} {...base('limit_hours')} value={action.limit_hours} onChange={(hours) => put('limit_hours', hours)} />
        <label className="xj-check"><input type="checkbox" disabled={readOnly} checked={action.required !== false} onChange={(event) => put('required', event.target.checked ? undefined : false)} />{t('playbook.required')}</label>
        {action.remind !== false && <NumberInput label={t('playbook.remind_before')} {...base('remind')} hint={t('playbook.remind_before_hint')} value={action.remind?.before_hours} onChange={(hours) => put('remind', hours ? { before_hours: hours } : undefined)} />}
        <label className="xj-check"><input type="checkbox" disabled={readOnly} checked={action.remind !== false} onChange={(event) => put('remind', event.target.checked ? undefined : false)} />{t('playbook.remind')}</label>
        <ManyInput label={t('playbook.part.need')} {...base('need')} value={action.need ?? []} options={fields} onChange={(need) => put('need', need)} />
        <PickInput label={t('playbook.part.confirm')} {...base('confirm')} value={action.confirm?.role} none={t('playbook.nobody')} options={roles.filter((role) => role.value !== 'owner')} hint={t('playbook.confirm_hint')} onChange={(role) => put('confirm', role ? { ...action.confirm, role } : undefined)} />
        <PickInput label={t('playbook.part.approval')} {...base('approval')} value={action.approval} none={t('playbook.no_approval')} options={flows} onChange={(flow) => put('approval', flow)} />
      </div>
      <label className="xj-check"><input type="checkbox" disabled={readOnly} checked={evidence !== null} onChange={(event) => put('evidence', event.target.checked ? { label: { zh: say(action.name, action.key), en: say(action.name, action.key) }, kinds: ['file', 'event'] } : undefined)} />{t('playbook.needs_evidence')}</label>
      {evidence && (
        <div className="xj-form--two xj-pb__evidence" data-path={`${path}.evidence`}>
          <NameInput label={t('playbook.evidence_label')} {...base('evidence.label')} value={evidence.label} onChange={(label) => show('label', label)} />
          <fieldset className="xj-pb__kinds"><legend className="xj-field__label">{t('playbook.evidence_kinds')}</legend><div className="xj-line">{KINDS.map((kind) => { const kinds = evidence.kinds ?? ['file', 'event']; const on = kinds.includes(kind); return <label key={kind} className="xj-check"><input type="checkbox" disabled={readOnly} checked={on} onChange={() => show('kinds', on ? kinds.filter((each) => each !== kind) : [...kinds, kind])} />{t(`playbook.evidence_kind.${kind}`)}</label> })}</div><Wrong problems={problems} path={`${path}.evidence.kinds`} /></fieldset>
          <ManyInput label={t('playbook.evidence_events')} {...base('evidence.events')} free value={evidence.events ?? []} options={EVENTS.map((type) => ({ value: type, label: t(`event_name.${type.replace(/\./g, '_')}`, { defaultValue: type }) }))} onChange={(events) => show('events', events)} />
          <NumberInput label={t('playbook.max_age')} {...base('evidence.max_age_days')} value={evidence.max_age_days} onChange={(days) => show('max_age_days', days)} />
        </div>
      )}
      {advanced ? (
        <>
          <span className="xj-second">{t('playbook.part.fingerprint')}</span>
          <div data-path={`${path}.fingerprint`}><ConditionBuilder object={object} cel={action.fingerprint ?? ''} onChange={(cel) => put('fingerprint', cel || undefined)} problems={problemsAt(problems, `${path}.fingerprint`)} readOnly={readOnly} label={t('playbook.part.fingerprint')} /></div>
          <span className="xj-second">{t('playbook.action_when')}</span>
          <div data-path={`${path}.when`}><ConditionBuilder object={object} cel={action.when ?? ''} onChange={(cel) => put('when', cel || undefined)} problems={problemsAt(problems, `${path}.when`)} readOnly={readOnly} label={t('playbook.action_when')} /></div>
        </>
      ) : <Button size="small" kind="ghost" icon="plus" onClick={() => setAdvanced(true)}>{t('playbook.advanced')}</Button>}
      <span className="xj-small xj-muted">{t('playbook.key', { key: action.key })}</span>
    </div>
  )
}
