/** What a gate of the process refused: its lines, apart from other refusals of the same write. */
import type { Problem, Text } from '@/api/types'
import { ApiError } from '@/lib/api'

export interface GateLine { message: Text; rule: Text | string; who: string; kind: string; action: string | null; detail: string; to: string }

const isGate = (problem: Problem) => problem.code === 'process.gate_not_met'

export const gateLine = (problem: Problem): GateLine => ({
  message: problem.message ?? {}, rule: (problem.params?.rule_name as Text | undefined) ?? problem.rule ?? '', who: problem.who ?? '',
  kind: String(problem.params?.kind ?? ''), action: (problem.params?.action as string | null | undefined) ?? null, detail: String(problem.params?.detail ?? ''), to: String(problem.params?.to ?? ''),
})

export const gateLines = (problems: readonly Problem[]): GateLine[] => problems.filter(isGate).map(gateLine)
export const otherProblems = (problems: readonly Problem[]): Problem[] => problems.filter((problem) => !isGate(problem))

/** The lines of a refusal by a gate; empty when it was something else. */
export const gateOf = (error: unknown): GateLine[] => (error instanceof ApiError ? gateLines(error.problems) : [])
