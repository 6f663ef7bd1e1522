/** Names of what may be picked: objects, and definitions in force. */
import { useQuery } from '@tanstack/react-query'
import type { Text } from '@/api/types'
import { call } from '@/lib/api'
import { useTongue } from '@/lib/text'
import { useSchema } from '@/metadata/schema'

interface Named { kind: string; key: string; name?: Text | null; version?: number | null }

const useDefinitions = () => useQuery({ queryKey: ['definitions'], queryFn: ({ signal }) => call<{ rows: Named[] }>('get', '/api/v1/definitions', { signal }) }).data?.rows ?? []

/** The choices of a kind, by name. */
export function useChoices(kind: string | undefined): { value: string; label: string }[] {
  const { say } = useTongue()
  const { data: schema } = useSchema()
  const rows = useDefinitions()
  if (kind === 'object') return schema?.objects.map((each) => ({ value: each.key, label: say(each.name, each.key) })) ?? []
  return rows.filter((row) => row.kind === kind && row.version).map((row) => ({ value: row.key, label: say(row.name, row.key) }))
}

/** Says the name of one of a kind. */
export function useNames(): (kind: string, key: string) => string {
  const { say } = useTongue()
  const { data: schema } = useSchema()
  const rows = useDefinitions()
  return (kind, key) => say((kind === 'object' ? schema?.objects.find((each) => each.key === key) : rows.find((row) => row.kind === kind && row.key === key))?.name, key)
}
