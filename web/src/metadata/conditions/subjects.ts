/** What a condition may speak of: the object's fields, those one relation further, and provinces of a region. */
import { useMemo } from 'react'
import type { FieldDefinition, Schema } from '@/api/types'
import { useTongue } from '@/lib/text'
import { PROVINCE_CODES, provinceName } from '../provinces'
import { objectMeta, useSchema } from '../schema'
import { REFERENCE } from '../values'
import { operatorsOf } from './operators'

export interface Subject { path: string; label: string; group: string; field: FieldDefinition }

const NEVER = new Set(['masked', 'hidden'])

const PERSON_MEMBERS: Pick<FieldDefinition, 'key' | 'kind' | 'name'>[] = [
  { key: 'title', kind: 'text', name: { zh: '职务', en: 'Title' } }, { key: 'tags', kind: 'tags', name: { zh: '标签', en: 'Tags' } }, { key: 'joined_on', kind: 'date', name: { zh: '入职日期', en: 'Joined on' } },
]

/** A text field that names something of the schema is asked about like a choice. */
function asked(field: FieldDefinition, schema: Schema): FieldDefinition {
  const list = REFERENCE[field.key]
  const named = list && !field.options?.length && field.kind === 'text' ? schema[list] : undefined
  if (!named?.length || list === 'units') return field
  return { ...field, kind: 'named', options: named.map((each) => ({ key: each.key, name: typeof each.name === 'string' ? { zh: each.name, en: each.name } : each.name })) }
}

export function subjectsOf(schema: Schema, object: string, say: (name: FieldDefinition['name'], fallback: string) => string, words: { own: string; province: string }): Subject[] {
  const meta = objectMeta(schema, object)
  if (!meta) return []
  const found: Subject[] = []
  const add = (field: FieldDefinition, path: string, label: string, group: string) => {
    if (NEVER.has(field.can)) return
    const one = asked(field, schema)
    if (operatorsOf(one).length) found.push({ path, label, group, field: one })
    if (field.kind === 'region') found.push({ path: `${path}.province`, label: `${label} › ${words.province}`, group, field: { ...field, kind: 'choice', options: PROVINCE_CODES.map((key) => ({ key, name: { zh: provinceName(key, 'zh-CN'), en: provinceName(key, 'en') } })) } })
  }
  for (const field of meta.fields.values()) add(field, field.key, say(field.name, field.key), words.own)
  for (const field of meta.fields.values()) {
    if (NEVER.has(field.can)) continue
    const name = say(field.name, field.key)
    if (field.kind === 'person') for (const member of PERSON_MEMBERS) add({ ...member, can: 'read' }, `${field.key}.${member.key}`, say(member.name, member.key), name)
    const target = field.kind === 'relation' && field.to ? objectMeta(schema, field.to) : null
    if (target) for (const member of target.fields.values()) if (member.kind !== 'formula' && member.kind !== 'rollup') add(member, `${field.key}.${member.key}`, say(member.name, member.key), name)
  }
  return found
}

export function useSubjects(object: string): { subjects: Subject[]; byPath: Map<string, Subject> } {
  const { t, say, tongue } = useTongue()
  const { data: schema } = useSchema()
  return useMemo(() => {
    const subjects = schema ? subjectsOf(schema, object, say, { own: t('condition.own_fields'), province: t('condition.province') }) : []
    return { subjects, byPath: new Map(subjects.map((subject) => [subject.path, subject])) }
    // `say` and `t` change with the language alone.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [schema, object, tongue])
}
