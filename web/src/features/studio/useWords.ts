/** Labels of everything a document may name: fields, objects, people, units, definitions. */
import { useMemo } from 'react'
import { useTongue } from '@/lib/text'
import { useSchema } from '@/metadata/schema'
import { useOverview } from './queries'
import type { Words } from './words'

export function useWords(object?: string | null, kind?: string): Words {
  const { t, tongue, say } = useTongue()
  const { data: schema } = useSchema()
  const { data: overview } = useOverview()
  return useMemo(() => {
    const labels = new Map<string, string>()
    for (const row of overview?.rows ?? []) if (row.name) labels.set(row.key, say(row.name))
    for (const person of schema?.people ?? []) { labels.set(person.id, person.name); if (person.key) labels.set(`person:${person.key}`, person.name) }
    for (const unit of schema?.units ?? []) { labels.set(`unit:${unit.key}`, say(unit.name)); labels.set(`team:${unit.key}`, say(unit.name)) }
    const own = schema?.objects.filter((each) => !object || each.key === object) ?? []
    for (const each of own) for (const field of each.fields) labels.set(field.key, say(field.name))
    return { t, tongue, kind, label: (key: string) => labels.get(key) ?? '' }
  }, [schema, overview, object, kind, t, tongue, say])
}
