/** Steps one after another, each folded to its words: what a rule does, what follows a transition. */
import { useState } from 'react'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { moved, problemsAt, setAt, takeOut, useGoTo, type Problem } from '@/metadata/editing'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Menu, MenuItem } from '@/ui/Menu'
import { Reorder } from '@/ui/Reorder'
import { stepWords, type Labels, type Step } from './sentence'
import { StepForm } from './StepForm'
import { useActionKinds, type ActionKind } from './useLabels'
import './steps.css'

interface StepListProps { title: string; empty: string; steps: Step[]; path: string; object: string; labels: Labels; problems: Problem[]; readOnly: boolean; onChange: (next: Step[]) => void }

export function StepList({ title, empty, steps, path, object, labels, problems, readOnly, onChange }: StepListProps) {
  const { t, tongue, say } = useTongue()
  const kinds = useActionKinds().data ?? []
  const [open, setOpen] = useState<number | null>(steps.length === 1 ? 0 : null)
  useGoTo((asked) => { const at = asked.startsWith(`${path}.`) ? /^\d+/.exec(asked.slice(path.length + 1))?.[0] : undefined; if (at) setOpen(Number(at)) })
  const add = (kind: ActionKind) => {
    const step: Step = { action: kind.key }
    for (const parameter of kind.parameters) if (parameter.required) step[parameter.key] = parameter.kind === 'people' ? ['owner'] : parameter.kind === 'person' ? 'owner' : parameter.kind === 'text' ? { zh: '', en: '' } : parameter.kind === 'fields' ? {} : ''
    onChange([...steps, step]); setOpen(steps.length)
  }
  const wrong = problemsAt(problems, path).filter((problem) => problem.path === path || !/\.\w+\./.test(problem.path?.slice(path.length - 1) ?? ''))
  const row = (step: Step, at: number, handle: React.ReactNode) => {
    const kind = kinds.find((each) => each.key === step.action)
    const here = `${path}.${at}`
    return (
      <div className="xj-rules__step" data-path={here} data-open={open === at}>
        <div className="xj-line-nowrap">
          {handle}
          <button type="button" className="xj-rules__head" aria-expanded={open === at} onClick={() => setOpen(open === at ? null : at)}><strong>{say(kind?.name, String(step.action ?? ''))}</strong><span className="xj-ellipsis xj-second">{stepWords(step, labels)}</span></button>
          {problemsAt(problems, here).length > 0 && <Icon name="alert" className="xj-rules__bad" aria-label={t('studio.problems')} />}
          {!readOnly && <Button kind="ghost" size="small" icon="cross" aria-label={t('rules.remove_action', { name: say(kind?.name) })} onClick={() => { onChange(takeOut(steps, at)); setOpen(null) }} />}
        </div>
        {open === at && (kind ? <StepForm step={step} path={here} kind={kind} object={object} labels={labels} problems={problems} readOnly={readOnly} onChange={(next) => onChange(setAt(steps, [at], next))} /> : <p className="xj-muted">{t('rules.unknown_action')}</p>)}
      </div>
    )
  }
  return (
    <Card flush title={title} aside={!readOnly && <Menu label={t('rules.add_action')} trigger={(props) => <Button {...props} size="small" icon="plus">{t('rules.add_action')}</Button>}>{(close) => kinds.filter((kind) => !kind.object || kind.object === object).map((kind) => <MenuItem key={kind.key} onSelect={() => { close(); add(kind) }}><span className="xj-rules__kind"><strong>{say(kind.name, kind.key)}</strong><span className="xj-small xj-muted">{say(kind.about)}</span></span></MenuItem>)}</Menu>}>
      <div data-path={path}>
        {wrong.map((problem, at) => <p key={at} className="xj-field__error" role="alert"><Icon name="alert" />{problemText(problem, t, tongue)}</p>)}
        {steps.length === 0 ? <p className="xj-card__body xj-muted">{empty}</p> : <Reorder items={steps} label={title} keyOf={(step, at) => `${at}.${String(step.action)}`} handleLabel={(step) => t('objects.move', { name: say(kinds.find((each) => each.key === step.action)?.name) })} locked={readOnly} onMove={(from, to) => { onChange(moved(steps, from, to)); setOpen(null) }} row={row} />}
      </div>
    </Card>
  )
}
