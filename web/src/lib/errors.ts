/** Refusals in the reader's words. */
import type { TFunction } from 'i18next'
import type { Problem, Text } from '@/api/types'
import { ApiError } from './api'
import { say } from './text'
import type { Tongue } from './time'

/** What the workspace calls its roles, for refusals that name one; told by the schema. */
const roles = new Map<string, Text | string>()
export const nameRoles = (named: { key: string; name: Text | string }[]) => { for (const role of named) roles.set(role.key, role.name) }
/** Who can do something: the owner, the supervisor, a role of the workspace. */
export const whoName = (who: string, t: TFunction, tongue: Tongue) => t(`errors.who.${who}`, { defaultValue: say(roles.get(who), tongue) || who })

const spaced = (code: string) => code.replace(/\./g, '_')

/** One problem as a sentence: its own message, else the words for its code, else the code itself. */
export function problemText(problem: Problem, t: TFunction, tongue: Tongue): string {
  const own = say(problem.message, tongue)
  const words = own || t(`errors.${spaced(problem.code)}`, { ...problem.params, defaultValue: '' }) || t('errors.unknown_code', { code: problem.code })
  const who = problem.who ? t('errors.who_can', { who: whoName(problem.who, t, tongue) }) : ''
  return who ? `${words} ${who}` : words
}

export function errorText(error: unknown, t: TFunction, tongue: Tongue): string {
  if (!(error instanceof ApiError)) return t('errors.unexpected')
  if (error.problems.length) return error.problems.slice(0, 3).map((problem) => problemText(problem, t, tongue)).join(t('errors.join'))
  return t(`errors.${spaced(error.code)}`, { ...error.data, defaultValue: '' }) || t(`errors.http_${error.status}`, { defaultValue: '' }) || t('errors.unknown_code', { code: error.code })
}

/** Problems by field key, for forms; those without a field stay under "". */
export function problemsByField(error: unknown, t: TFunction, tongue: Tongue): Record<string, string> {
  if (!(error instanceof ApiError)) return {}
  const found: Record<string, string> = {}
  for (const problem of error.problems) {
    const field = (problem.path ?? '').replace(/^changes\.\d+\./, '').split('.')[0] ?? ''
    found[field] ??= problemText(problem, t, tongue)
  }
  return found
}

/** What is said beside a text that is longer than the server takes: nothing is cut off while it is typed or pasted. */
export const tooLong = (text: string, most: number, t: TFunction) => { const count = [...text.trim()].length; return count > most ? t('errors.longer_than', { most, count }) : undefined }
