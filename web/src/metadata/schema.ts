/** The objects, people and names this session may see; every list, form and cell is drawn from it. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { FieldDefinition, Named, ObjectDefinition, Schema, Text } from '@/api/types'
import { call } from '@/lib/api'
import { nameRoles } from '@/lib/errors'

export const schemaQuery = { queryKey: ['schema'], queryFn: async () => { const schema = await call<Schema>('get', '/api/v1/schema'); nameRoles(schema.roles ?? []); return schema }, staleTime: 300_000 }

export const useSchema = () => useQuery(schemaQuery)

/** Fields every object has, in the same shape as the defined ones. */
export const SYSTEM_FIELDS: FieldDefinition[] = [
  { key: 'owner', kind: 'person', name: { zh: '负责人', en: 'Owner' }, can: 'read' },
  { key: 'created_at', kind: 'datetime', name: { zh: '创建时间', en: 'Created' }, can: 'read' },
  { key: 'updated_at', kind: 'datetime', name: { zh: '更新时间', en: 'Updated' }, can: 'read' },
  { key: 'brand', kind: 'text', name: { zh: '品牌', en: 'Brand' }, can: 'read' },
]

export interface ObjectMeta { definition: ObjectDefinition; fields: Map<string, FieldDefinition>; names: Names }

/** Names by key or id for values that are references. */
export interface Names {
  person: (id: string | null | undefined) => string
  named: (list: NamedList, key: string | null | undefined) => Text | string
}
export type NamedList = 'units' | 'regions' | 'brands' | 'pools' | 'sources' | 'channels'

export function namesOf(schema: Schema | undefined, people: Record<string, string> = {}): Names {
  const persons = new Map(schema?.people?.map((person) => [person.id, person.name]) ?? [])
  const find = (list: Named[] | undefined, key: string) => list?.find((each) => each.key === key || (each as { id?: string }).id === key)?.name ?? key
  return {
    person: (id) => (id ? (people[id] ?? persons.get(id) ?? '') : ''),
    named: (list, key) => (key ? find(schema?.[list], key) : ''),
  }
}

export function objectMeta(schema: Schema, key: string): ObjectMeta | null {
  const definition = schema.objects.find((each) => each.key === key)
  if (!definition) return null
  const fields = new Map<string, FieldDefinition>()
  for (const field of [...SYSTEM_FIELDS, ...definition.fields]) if (field.can !== 'hidden') fields.set(field.key, field)
  return { definition, fields, names: namesOf(schema) }
}

export function useObject(key: string) {
  const query = useSchema()
  const meta = useMemo(() => (query.data ? objectMeta(query.data, key) : null), [query.data, key])
  return { ...query, meta, schema: query.data }
}
