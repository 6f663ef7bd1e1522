/** A playbook's document as the designer reads it; what it does not know stays word for word. Pure. */
import type { Text } from '@/api/types'
import type { Doc, Problem } from '@/metadata/editing'
import type { Step } from '@/metadata/steps/sentence'
import { problemsAt } from '@/metadata/editing'

export interface RuleDoc { key: string; when: string; message?: Text; who?: string }
export interface EvidenceDoc { label?: Text; kinds?: string[]; min?: number; events?: string[]; max_age_days?: number }
export interface ActionDoc { key: string; name?: Text; by?: string; limit_hours?: number; need?: string[]; evidence?: EvidenceDoc | string; fingerprint?: string; approval?: string; confirm?: { role?: string; within_hours?: number }; when?: string; required?: boolean; remind?: false | { before_hours?: number } }
/** Channels besides the inbox, and how loud. */
export interface RemindDoc { via?: string[]; urgency?: string }
export interface StageDoc { key: string; name?: Text; progress?: number; chance?: number; limit_hours?: number; entry?: RuleDoc[]; exit?: RuleDoc[]; actions?: ActionDoc[]; optional_when?: string }
export interface MoveDoc { key: string; name?: Text; from?: string[] | string; to: string; who?: string[] | string; when?: string; asks?: string[]; approval?: string; then?: Step[] }

const list = <T,>(value: unknown): T[] => (Array.isArray(value) ? (value as T[]) : [])
export const stagesOf = (document: Doc) => list<StageDoc>(document.stages)
export const movesOf = (document: Doc) => list<MoveDoc>(document.transitions)
export const words = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : value === undefined || value === null || value === '*' ? [] : [String(value)])

/** How many problems a stage holds, its actions and conditions included. */
export const problemsOfStage = (problems: readonly Problem[], at: number) => problemsAt(problems, `stages.${at}`).length

/** An arrow for every origin of a transition; without transitions every stage leads to the next. */
export function arrowsOf(stages: StageDoc[], moves: MoveDoc[]): { id: string; from: string; to: string; at: number | null }[] {
  if (!moves.length) return stages.slice(1).map((stage, at) => ({ id: `next.${at}`, from: stages[at]!.key, to: stage.key, at: null }))
  return moves.flatMap((move, at) => (words(move.from).length ? words(move.from) : stages.filter((stage) => stage.key !== move.to).map((stage) => stage.key)).filter((from) => stages.some((stage) => stage.key === from) && stages.some((stage) => stage.key === move.to)).map((from) => ({ id: `${at}.${from}`, from, to: move.to, at })))
}

export function freshKey(taken: readonly string[], start: string): string {
  let n = taken.length + 1
  while (taken.includes(`${start}_${n}`)) n += 1
  return `${start}_${n}`
}

/** What an action asks for, in the order in which it is judged. */
export const partsOf = (action: ActionDoc): string[] => [
  ...(action.need?.length ? ['need'] : []), ...(action.evidence ? ['evidence'] : []), ...(action.fingerprint ? ['fingerprint'] : []), ...(action.approval ? ['approval'] : []), ...(action.confirm ? ['confirm'] : []),
]
