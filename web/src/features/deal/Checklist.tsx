/** The playbook of a record: its stages as steps with what is done in each, and the actions of the stage in view. */
import { useEffect, useRef, useState } from 'react'
import type { RecordRow } from '@/api/types'
import { whoName } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import type { ObjectMeta } from '@/metadata/schema'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Icon } from '@/ui/Icon'
import { ActionItem } from './ActionItem'
import { doneOf } from './nextStep'
import type { Process, RuleView, StageView } from './queries'

interface ChecklistProps { object: string; record: RecordRow; meta: ObjectMeta; process: Process; focus: string | null; onFocus: (action: string | null) => void; onApproval?: (flow: string) => void }

export function Checklist({ object, record, meta, process, focus, onFocus, onApproval }: ChecklistProps) {
  const { t, say } = useTongue()
  const stageOf = (action: string | null) => process.stages.find((stage) => stage.actions.some((each) => each.key === action))?.key
  const [shown, setShown] = useState<string | null>(null)
  const host = useRef<HTMLDivElement>(null)
  const at = shown ?? stageOf(focus) ?? process.stage
  const stage = process.stages.find((each) => each.key === at) ?? process.stages[0]
  useEffect(() => {
    if (!focus) return
    setShown(null)
    setTimeout(() => host.current?.querySelector(`[data-action="${CSS.escape(focus)}"]`)?.scrollIntoView?.({ block: 'nearest' }), 30)
  }, [focus])
  if (!stage) return null
  const here = process.stages.findIndex((each) => each.key === process.stage)
  const [done, due] = doneOf(stage)
  return (
    <div ref={host}>
      <Card flush title={t('deal.checklist', { stage: say(stage.name, stage.key) })} aside={<span>{stage.limit_hours !== null ? `${t('deal.stage_limit', { hours: stage.limit_hours })} · ` : ''}{t('deal.done_of', { done, due })}</span>}>
        <ol className="xj-steps" aria-label={t('deal.stages')}>
          {process.stages.map((each, place) => {
            const [kept, should] = doneOf(each)
            return (
              <li key={each.key}>
                <button type="button" className="xj-steps__step" aria-current={each.key === process.stage ? 'step' : undefined} aria-pressed={each.key === stage.key} data-passed={place < here || undefined} onClick={() => { setShown(each.key); onFocus(null) }}>
                  <span className="xj-steps__mark">{place < here && kept === should ? <Icon name="tick" size={12} /> : place + 1}</span>
                  <span className="xj-ellipsis">{say(each.name, each.key)}</span>
                  <span className="xj-small">{kept}/{should}</span>
                </button>
              </li>
            )
          })}
        </ol>
        <Chance stage={stage} />
        {stage.entry.length > 0 && <Rules rules={stage.entry} title={t('deal.entry')} />}
        {stage.actions.length === 0 && !stage.exit.length ? <Empty icon="task" title={t('deal.no_actions')} /> : (
          <ul>{stage.actions.map((action) => <ActionItem key={action.key} object={object} record={record} meta={meta} action={action} people={process.people ?? {}} open={focus === action.key} onOpen={(open) => { if (open) setShown(stage.key); onFocus(open ? action.key : null) }} onApproval={onApproval} />)}</ul>
        )}
        {stage.exit.length > 0 && <Rules rules={stage.exit} title={t('deal.exit')} />}
      </Card>
    </div>
  )
}

function Rules({ rules, title }: { rules: RuleView[]; title: string }) {
  const { t, tongue, say } = useTongue()
  return (
    <section className="xj-rules" aria-label={title}>
      <h3 className="xj-small xj-muted">{title}</h3>
      <ul>{rules.map((rule) => <li key={rule.key} className="xj-line" data-holds={rule.holds}><span className={`xj-status xj-status--${rule.holds ? 'done' : 'idle'}`}><Icon name={rule.holds ? 'tick' : 'dash'} size={14} />{t(rule.holds ? 'deal.holds' : 'deal.holds_not')}</span><span>{say(rule.message, rule.key)}</span><span className="xj-small xj-muted">{t('errors.who_can', { who: whoName(rule.who, t, tongue) })}</span></li>)}</ul>
    </section>
  )
}

/** What the stage is worth: learned from closed records where there are enough of them, else as it was set. */
function Chance({ stage }: { stage: StageView }) {
  const { t } = useTongue()
  const percent = (share: number) => Math.round(share * 100)
  const { learned, chance } = stage
  if (!learned && chance === null) return null
  return (
    <p className="xj-steps__chance xj-small xj-second">
      {learned ? t('deal.learned', { n: learned.n, won: learned.won, chance: percent(learned.chance), low: percent(learned.low), high: percent(learned.high) }) : t('deal.assumed', { chance: percent(chance ?? 0) })}
    </p>
  )
}
