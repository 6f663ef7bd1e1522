/** What a line of the audit log says, part by part in the reader's words: one line each, never a key or a structure. */
import type { TFunction } from 'i18next'
import type { Json, Problem, Text } from '@/api/types'
import { problemText } from '@/lib/errors'
import { say } from '@/lib/text'
import { exact, type Tongue } from '@/lib/time'
import { packWords } from '@/metadata/packWords'
import type { AuditRow } from './queries'

export interface AuditNames {
  t: TFunction
  tongue: Tongue
  /** The name of an object, of its field, of a role or a channel; empty when there is none. */
  object: (key: string) => string
  field: (object: string, key: string) => string
  named: (list: 'roles' | 'channels', key: string) => string
  person: (id: string) => string
}

/** Identifiers that tell a person nothing. */
const NUMBERS = new Set(['token', 'message', 'receipt', 'file', 'case', 'definition'])
const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/
const MOMENT = /^\d{4}-\d{2}-\d{2}T/

/** What the line is about: the definition, the person, or the kind of record. */
export function aboutWords(row: AuditRow, names: AuditNames): string {
  const { t, tongue } = names
  const [kind, key] = (row.object ?? '').split('/') as [string, string | undefined]
  if (key !== undefined) return `${t(`definitions.kind.${kind}`, { defaultValue: '' })}${tongue === 'en' ? ' “' : '「'}${say(row.named as Text | null, tongue, key)}${tongue === 'en' ? '”' : '」'}`
  if (kind === 'person') return names.person(row.record ?? '') || t('audit.key.person')
  return kind && (names.object(kind) || t(`audit.object.${kind}`, { defaultValue: '' }))
}

/** One line for each part of what was noted. */
export function auditLines(row: AuditRow, names: AuditNames): string[] {
  const { t, tongue } = names
  const object = row.object ?? ''
  const between = tongue === 'en' ? ': ' : '：'
  const comma = tongue === 'en' ? ', ' : '、'
  const one = (key: string, value: Json): string => {
    if (value === null || value === '') return ''
    if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no')
    if (typeof value === 'number') return value.toLocaleString('en-US')
    if (Array.isArray(value)) return value.map((each) => one(key, each)).filter(Boolean).join(comma)
    if (typeof value === 'object') {
      if (key === 'reason' && typeof value.code === 'string') return problemText(value as unknown as Problem, t, tongue)
      return Object.entries(value).map(([inner, each]) => { const text = one(inner, each); return text && `${names.object(inner) || t(`audit.key.${inner}`, { defaultValue: inner })} ${text}` }).filter(Boolean).join(comma)
    }
    if (NUMBERS.has(key) && UUID.test(value)) return ''
    if (key === 'field' || key === 'fields') return names.field(object, value) || value
    if (key === 'roles' || key === 'channel') return names.named(key === 'roles' ? 'roles' : 'channels', value) || value
    if (key === 'note') return packWords(value, t)
    if (UUID.test(value)) return names.person(value)
    return MOMENT.test(value) ? exact(value) : value
  }
  return Object.entries(row.data).flatMap(([key, value]) => {
    const text = key === 'filter' || (key === 'by_text' && !value) ? '' : one(key, value)
    return text ? [`${t(`audit.key.${key}`, { defaultValue: key })}${between}${text}`] : []
  })
}
