/** The process reports over HTTP: losses, leaks with their rows, coverage, approval steps. */
import { useQuery } from '@tanstack/react-query'
import type { Text } from '@/api/types'
import { call } from '@/lib/api'

export interface LostAction { stage: string; action: string; name: Text; skipped: number; n: number; share: number; share_won: number | null; n_won: number }
export interface StageLoss { stage: string; name: Text; n: number; open: number; lost: number; rate: number | null; actions: LostAction[]; reasons: { n: number; top: { word: string; count: number; share: number }[]; same_word: boolean }; ids: string[] }
export interface Losses { playbook: { key: string; name: Text }; stages: StageLoss[]; contacts: { contact: string; n: number; lost: number; rate: number | null }[]; cases: number; ended: number; lost: number; least: number; capped: boolean }
export interface LeakSums { spans: Record<string, { n: number; hours: number | null }>; talks: number; gaps: number; share: number | null; first_to_signed_days: number | null; signed: number; due: number; done: number }
export interface Leaks { spans: string[]; total: LeakSums; people: (LeakSums & { owner: string | null })[]; names: Record<string, string>; gap_hours: number; capped: boolean }
export interface LeakRow { object: string; id: string; title: string | null; owner: string | null; at?: string; hours?: number }
export interface Month { month: string; due: number; done: number; people: number; covered: number; coverage: number | null; result: number | null; result_n: number }
export interface Coverage { key: string; name: Text; target: number; rep_from: number; months: Month[]; actions: { key: string; name: Text; hours: number; due: number; done: number; share: number | null }[]; lead: { lag: number; n: number; r: number | null; low: number | null; high: number | null }[]; least_months: number; falling: boolean }
interface EntrySums { n: number; effective: number; share: number | null; values: number; spared: number; spared_share: number | null }
export interface Entries extends EntrySums { days: number; people: (EntrySums & { person: string; name: string | null })[]; weeks: (EntrySums & { week: string })[] }
export interface Step { flow: string; node: string; name: Text; n: number; limit_hours: number | null; late: number; mean_days: number | null; median_days: number | null; extra_days: number | null; weekdays: Record<string, number>; weekend: number }

export const useLosses = (days: number) => useQuery({ queryKey: ['process-reports', 'losses', days], queryFn: ({ signal }) => call<Losses>('get', '/api/v1/process-reports/losses', { query: { days }, signal }) })
export const useLeaks = (days: number) => useQuery({ queryKey: ['process-reports', 'leaks', days], queryFn: ({ signal }) => call<Leaks>('get', '/api/v1/process-reports/leaks', { query: { days }, signal }) })
export const useLeakRows = (days: number, what: string | null, owner: string | null) => useQuery({ queryKey: ['process-reports', 'leak-rows', days, what, owner], enabled: Boolean(what), queryFn: ({ signal }) => call<{ rows: LeakRow[]; count: number }>('get', '/api/v1/process-reports/leaks/rows', { query: { days, what, owner }, signal }) })
export const useCoverage = () => useQuery({ queryKey: ['process-reports', 'coverage'], queryFn: ({ signal }) => call<{ rows: Coverage[]; entries: Entries | null }>('get', '/api/v1/process-reports/coverage', { signal }) })
export const useApprovalSteps = (days: number) => useQuery({ queryKey: ['process-reports', 'approvals', days], queryFn: ({ signal }) => call<{ steps: Step[]; least: number; capped: boolean }>('get', '/api/v1/process-reports/approvals', { query: { days }, signal }) })
