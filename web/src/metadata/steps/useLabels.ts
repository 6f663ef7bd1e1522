/** Labels for everything a rule names, in the reader's language or in a given one. */
import { useQuery } from '@tanstack/react-query'
import type { Text } from '@/api/types'
import { call } from '@/lib/api'
import { translatorOf, useTranslator } from '@/lib/i18n'
import { say } from '@/lib/text'
import type { Tongue } from '@/lib/time'
import { SYSTEM_FIELDS, useSchema } from '@/metadata/schema'
import type { Labels } from './sentence'

export interface Option { key: string; name: Text }
export interface Parameter { key: string; kind: string; name: Text; required?: boolean; options?: Option[]; of?: string; least?: number; most?: number }
export interface ActionKind { key: string; name: Text; about: Text; object?: string | null; parameters: Parameter[] }
export interface Named { kind: string; key: string; name?: Text | null; object?: string | null; version?: number | null }

export const useActionKinds = () => useQuery({ queryKey: ['rules', 'actions'], staleTime: Infinity, queryFn: ({ signal }) => call<{ rows: ActionKind[] }>('get', '/api/v1/rule-actions', { signal }).then((answer) => answer.rows) })
export const useDefinitionNames = () => useQuery({ queryKey: ['definitions'], queryFn: ({ signal }) => call<{ rows: Named[] }>('get', '/api/v1/definitions', { signal }) }).data?.rows ?? []

export function useLabels(object: string): Labels {
  const { t, language } = useTranslator()
  const tongue: Tongue = language === 'en' ? 'en' : 'zh-CN'
  const { data: schema } = useSchema()
  const actions = useActionKinds().data ?? []
  const definitions = useDefinitionNames()
  const own = schema?.objects.find((each) => each.key === object)
  const fieldName = (key: string): string => {
    const [first, ...rest] = key.split('.')
    const field = own?.fields.find((each) => each.key === first) ?? SYSTEM_FIELDS.find((each) => each.key === first)
    if (!field) return ''
    const next = rest.length && field.to ? schema?.objects.find((each) => each.key === field.to)?.fields.find((each) => each.key === rest[0]) : undefined
    return say(field.name, tongue, first) + (next ? ` › ${say(next.name, tongue, rest[0])}` : '')
  }
  return {
    t: translatorOf(tongue), tongue,
    field: fieldName,
    object: (key) => say(schema?.objects.find((each) => each.key === key)?.name, tongue, key),
    action: (key) => say(actions.find((each) => each.key === key)?.name, tongue, key),
    named: (key) => {
      const [kind, rest] = key.includes(':') ? [key.slice(0, key.indexOf(':')), key.slice(key.indexOf(':') + 1)] : ['', key]
      if (kind === 'person') return schema?.people.find((each) => each.key === rest)?.name ?? rest
      if (kind === 'unit' || kind === 'team') return say(schema?.units.find((each) => each.key === rest)?.name, tongue, rest)
      if (kind === 'head') return t('rules.head_of', { name: say(schema?.units.find((each) => each.key === rest)?.name, tongue, rest) })
      if (key === 'inbox') return t('studio.value.inbox')
      const found = definitions.find((each) => each.key === rest && (kind === 'role' ? each.kind === 'role' : ['channel', 'dispatch', 'pool', 'calendar'].includes(each.kind)))
      return found ? say(found.name, tongue, rest) : ''
    },
  }
}
