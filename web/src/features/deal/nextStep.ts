/** The one next step of a record under a playbook. Pure. */
import type { ActionView, Move, Process, StageView } from './queries'

export interface NextStep { kind: 'action' | 'confirm' | 'decide' | 'move' | 'condition' | 'wait' | 'none'; action?: ActionView; move?: Move; stage?: StageView; who?: string }

export const stageAt = (process: Process, key: string | null) => process.stages.find((stage) => stage.key === key)
export const actionAt = (process: Process, key: string | null | undefined) => process.stages.flatMap((stage) => stage.actions).find((action) => action.key === key)

/** Where the record goes next: the nearest stage ahead, else winning. */
export const nextMove = (process: Process): Move | undefined => process.moves.find((move) => move.forward)

/** What stands in the way of the next move, and whether the reader can do it: first what is the reader's own. */
export function nextStep(process: Process): NextStep {
  const actions = process.stages.flatMap((stage) => stage.actions)
  const decide = actions.find((action) => action.can.decide_na)
  if (decide) return { kind: 'decide', action: decide }
  const confirm = actions.find((action) => action.can.confirm && (action.state === 'claimed' || action.state === 'evidence') && !action.done)
  if (confirm) return { kind: 'confirm', action: confirm }
  const move = nextMove(process)
  if (!move) return { kind: 'none' }
  if (!move.missing.length) return process.can.act ? { kind: 'move', move } : { kind: 'wait', move }
  const lacking = move.missing.map((missing) => ({ missing, action: actionAt(process, missing.action) }))
  const own = lacking.find(({ missing, action }) => action?.can.claim && missing.kind !== 'confirm' && !action.said.asked)
    ?? lacking.find(({ missing, action }) => action?.can.claim && missing.kind === 'confirm' && action.state === 'empty')
  if (own?.action) return { kind: 'action', action: own.action, move }
  const first = lacking[0]!
  return first.action ? { kind: 'wait', action: first.action, move, who: first.missing.who } : { kind: 'condition', move, who: first.missing.who }
}

/** How much of a stage is done: [done, should] of the actions that concern the record. */
export function doneOf(stage: StageView): [number, number] {
  const due = stage.actions.filter((action) => action.concerns && action.required)
  return [due.filter((action) => action.done).length, due.length]
}
