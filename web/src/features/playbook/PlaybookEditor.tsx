/** The playbook designer: stages as boxes in their order, transitions as arrows, problems on what holds them; the part in hand below. */
import { useMemo, useState } from 'react'
import { useTongue } from '@/lib/text'
import { ConditionBuilder } from '@/metadata/conditions/ConditionBuilder'
import { moved, problemsAt, setAt, takeOut, useGoTo, type EditorProps } from '@/metadata/editing'
import { useSchema } from '@/metadata/schema'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Canvas, type Arrow, type Box } from '@/ui/canvas'
import { Empty } from '@/ui/Empty'
import { Menu, MenuItem } from '@/ui/Menu'
import { NameInput, PickInput, useFieldsOf, Wrong } from './inputs'
import { MoveRunning } from './MoveRunning'
import { Reminders } from './Reminders'
import { arrowsOf, freshKey, movesOf, problemsOfStage, stagesOf, type MoveDoc, type RemindDoc, type StageDoc } from './shapes'
import { MovePanel, StagePanel } from './StagePanel'
import './playbook.css'

type Hand = { stage: number } | { move: number } | null

export default function PlaybookEditor({ document, onChange, problems, readOnly, published }: EditorProps) {
  const { t, say } = useTongue()
  const { data: schema } = useSchema()
  const [hand, setHand] = useState<Hand>({ stage: 0 })
  const object = String(document.object ?? 'deal')
  const field = String(document.field ?? 'stage')
  const stages = stagesOf(document)
  const moves = movesOf(document)
  const fields = useFieldsOf(object)
  const options = schema?.objects.find((each) => each.key === object)?.fields.find((each) => each.key === field)?.options ?? []
  const left = options.filter((option) => !stages.some((stage) => stage.key === option.key))
  useGoTo((path) => { const found = /^(stages|transitions)\.(\d+)/.exec(path); if (found) setHand(found[1] === 'stages' ? { stage: Number(found[2]) } : { move: Number(found[2]) }) })
  const putStages = (next: StageDoc[]) => onChange({ ...document, stages: next })
  const putMoves = (next: MoveDoc[]) => onChange(setAt(document, ['transitions'], next.length ? next : undefined))
  const chosen = hand && 'stage' in hand ? hand.stage : null
  const boxes: Box[] = useMemo(() => stages.map((stage, at) => {
    const wrong = problemsOfStage(problems, at)
    return {
      id: stage.key, width: 184, height: 96, tone: wrong ? 'wrong' : chosen === at ? 'current' : 'plain',
      content: (
        <button type="button" className="xj-pb__box" aria-pressed={chosen === at} data-stage={stage.key} onClick={() => setHand({ stage: at })}>
          <span className="xj-line-nowrap"><strong className="xj-ellipsis xj-grow">{say(stage.name, stage.key)}</strong>{wrong > 0 && <span className="xj-count" aria-label={t('playbook.wrong', { count: wrong })}>{wrong}</span>}</span>
          <span className="xj-small xj-second">{t('playbook.box', { actions: stage.actions?.length ?? 0, rules: (stage.entry?.length ?? 0) + (stage.exit?.length ?? 0) })}</span>
          <span className="xj-small xj-second">{stage.limit_hours !== undefined ? t('deal.stage_limit', { hours: stage.limit_hours }) : t('playbook.no_limit')}{stage.chance !== undefined ? ` · ${Math.round(stage.chance * 100)}%` : ''}</span>
        </button>
      ),
    }
  }), [stages, problems, chosen, say, t])
  const arrows: Arrow[] = useMemo(() => arrowsOf(stages, moves).map((each) => ({
    id: each.id, from: each.from, to: each.to, tone: each.at !== null && problemsAt(problems, `transitions.${each.at}`).length ? 'back' : hand && 'move' in hand && hand.move === each.at ? 'strong' : 'plain',
    ...(each.at !== null ? { label: say(moves[each.at]!.name, moves[each.at]!.key) } : {}),
  })), [stages, moves, problems, hand, say])
  const connect = (from: string, to: string) => {
    if (from === to || moves.some((move) => move.to === to && [move.from].flat().includes(from))) return
    const name = say(stages.find((stage) => stage.key === to)?.name, to)
    const base = moves.length ? moves : stages.slice(1).map((stage, at): MoveDoc => ({ key: `to_${stage.key}`, name: stage.name ?? {}, from: [stages[at]!.key], to: stage.key }))
    putMoves([...base, { key: freshKey(base.map((move) => move.key), 'move'), name: { zh: name, en: name }, from: [from], to }])
    setHand({ move: base.length })
  }
  const add = (key: string) => { const option = options.find((each) => each.key === key); putStages([...stages, { key, name: option?.name ?? { zh: key, en: key }, actions: [] }]); setHand({ stage: stages.length }) }
  return (
    <div className="xj-stack">
      <Card title={t('playbook.follows')}>
        <div className="xj-stack-8">
          <div className="xj-form--two">
            <NameInput label={t('playbook.name')} path="name" problems={problems} readOnly={readOnly} value={document.name as never} onChange={(name) => onChange({ ...document, name })} />
            <PickInput label={t('playbook.object')} path="object" problems={problems} readOnly={readOnly} value={object} options={schema?.objects.filter((each) => each.fields.some((one) => one.key === 'playbook')).map((each) => ({ value: each.key, label: say(each.name, each.key) })) ?? []} onChange={(next) => next && onChange({ ...document, object: next })} />
            <PickInput label={t('playbook.field')} path="field" problems={problems} readOnly={readOnly} value={field} options={fields.filter((each) => each.kind === 'choice')} onChange={(next) => next && onChange({ ...document, field: next })} />
            <PickInput label={t('playbook.win_at')} path="win_at" problems={problems} readOnly={readOnly} value={document.win_at as string | undefined} none={t('playbook.last_stage')} options={stages.map((stage) => ({ value: stage.key, label: say(stage.name, stage.key) }))} onChange={(next) => onChange(setAt(document, ['win_at'], next))} />
          </div>
          <span className="xj-second">{t('playbook.when')}</span>
          <div data-path="when"><ConditionBuilder object={object} cel={String(document.when ?? '')} onChange={(cel) => onChange(setAt(document, ['when'], cel || undefined))} problems={problemsAt(problems, 'when')} readOnly={readOnly} label={t('playbook.when')} /></div>
        </div>
      </Card>
      <Card flush title={t('playbook.flow', { count: stages.length })} aside={<>
        <span>{t(moves.length ? 'playbook.moves_listed' : 'playbook.moves_free')}</span>
        {!readOnly && left.length > 0 && <Menu label={t('playbook.add_stage')} trigger={(props) => <Button size="small" icon="plus" {...props}>{t('playbook.add_stage')}</Button>}>{(close) => left.map((option) => <MenuItem key={option.key} onSelect={() => { close(); add(option.key) }}>{say(option.name, option.key)}</MenuItem>)}</Menu>}
      </>}>
        <Wrong problems={problems} path="stages" />
        {stages.length ? <div className="xj-pb__canvas"><Canvas row boxes={boxes} arrows={arrows} label={t('playbook.flow', { count: stages.length })} words={{ in: t('mining.zoom_in'), out: t('mining.zoom_out'), fit: t('mining.zoom_fit') }} onBox={(key) => setHand({ stage: stages.findIndex((stage) => stage.key === key) })} onArrow={(id) => { const at = Number(id.split('.')[0]); if (moves[at]) setHand({ move: at }) }}
          {...(readOnly ? {} : { onOrder: (key: string, to: number) => { const from = stages.findIndex((stage) => stage.key === key); putStages(moved(stages, from, to)); setHand({ stage: to }) }, onConnect: connect })} /></div> : <Empty icon="route" title={t('playbook.no_stages')} />}
        {!readOnly && chosen !== null && stages[chosen] && <div className="xj-playbook__tools"><span className="xj-second xj-grow">{t('playbook.drag_hint')}</span><Button size="small" icon="left" reason={chosen === 0 ? t('playbook.first') : undefined} onClick={() => { putStages(moved(stages, chosen, chosen - 1)); setHand({ stage: chosen - 1 }) }}>{t('playbook.earlier')}</Button><Button size="small" icon="right" reason={chosen === stages.length - 1 ? t('playbook.last') : undefined} onClick={() => { putStages(moved(stages, chosen, chosen + 1)); setHand({ stage: chosen + 1 }) }}>{t('playbook.later')}</Button></div>}
      </Card>
      {chosen !== null && stages[chosen] && <StagePanel key={stages[chosen].key} stage={stages[chosen]} at={chosen} object={object} taken={stages.flatMap((stage) => stage.actions?.map((action) => action.key) ?? [])} problems={problems} readOnly={readOnly} onChange={(next) => putStages(stages.map((stage, at) => (at === chosen ? next : stage)))} onRemove={() => { putStages(takeOut(stages, chosen)); setHand({ stage: Math.max(0, chosen - 1) }) }} />}
      {hand && 'move' in hand && moves[hand.move] && <MovePanel key={hand.move} move={moves[hand.move]!} at={hand.move} stages={stages} object={object} problems={problems} readOnly={readOnly} onChange={(next) => putMoves(moves.map((move, at) => (at === hand.move ? next : move)))} onRemove={() => { putMoves(takeOut(moves, hand.move)); setHand(null) }} />}
      <Reminders value={document.remind as RemindDoc | undefined} problems={problems} readOnly={readOnly} onChange={(next) => onChange(setAt(document, ['remind'], next))} />
      {published && typeof document.key === 'string' && <MoveRunning name={document.key} readOnly={readOnly} />}
    </div>
  )
}
