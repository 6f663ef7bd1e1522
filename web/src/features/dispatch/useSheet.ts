/** What the sheet is drawn from: the fields a row may ask about, the people and places it may name, and the words of cells. */
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { FieldDefinition, Named, Schema } from '@/api/types'
import { call } from '@/lib/api'
import { useTongue } from '@/lib/text'
import { PROVINCE_CODES, provinceName } from '@/metadata/provinces'
import { useSchema } from '@/metadata/schema'
import { REFERENCE } from '@/metadata/values'
import { EN, ZH, type ColumnKind, type CondColumn, type Option } from './cells'
import { usedPaths } from './conditions'
import { AFTER, type Row, type Sheet } from './sheet'
import { CHOOSE, EN_TARGET, ZH_TARGET } from './targets'

type Say = (text: Named['name'] | undefined, fallback?: string) => string
const KINDS: Record<string, ColumnKind> = { text: 'text', choice: 'text', company: 'text', money: 'number', number: 'number', percent: 'percent', boolean: 'boolean', tags: 'tags', multi_choice: 'tags' }
const LATER = new Set(['status', 'pool', 'owner', 'mobile', 'email', 'wechat', 'name', 'consent', 'external_id', 'invalid_reason', 'ip', 'device', 'referrer', 'landing'])

const optionsOf = (field: FieldDefinition, schema: Schema, say: Say): Option[] => {
  if (field.options?.length) return field.options.map((option) => ({ key: option.key, label: say(option.name, option.key) }))
  const list = REFERENCE[field.key]
  return list ? schema[list].map((each) => ({ key: each.key, label: say(each.name, each.key) })) : []
}

/** Every field that can be a column, those rows mostly ask about first. */
export function candidates(schema: Schema | undefined, object: string, say: Say, tongue: 'zh-CN' | 'en'): CondColumn[] {
  const definition = schema?.objects.find((each) => each.key === object)
  if (!schema || !definition) return []
  const found = definition.fields.flatMap((field): CondColumn[] => {
    const label = say(field.name, field.key)
    if (field.kind === 'region') return [{ path: `${field.key}.province`, label: `${label} · ${tongue === 'en' ? 'province' : '省份'}`, kind: 'text', options: PROVINCE_CODES.map((code) => ({ key: code, label: provinceName(code, tongue) })) }]
    const kind = KINDS[field.kind]
    return kind ? [{ path: field.key, label, kind, options: kind === 'text' || kind === 'tags' ? optionsOf(field, schema, say) : [] }] : []
  })
  const late = (column: CondColumn) => Number(LATER.has(column.path) || column.path.startsWith('utm_'))
  return found.toSorted((a, b) => late(a) - late(b))
}

const useNames = (kind: string) => useQuery({
  queryKey: ['definitions', kind], staleTime: 60_000,
  queryFn: () => call<{ rows: Named[] }>('get', '/api/v1/definitions/{kind}', { path: { kind } }).then((answer) => answer.rows),
})

export function useSheet(object: string, rows: Row[], chosen: string[] | undefined) {
  const { t, tongue, say } = useTongue()
  const { data: schema } = useSchema()
  const roles = useNames('role').data
  const calendars = useNames('calendar').data
  const every = useMemo(() => candidates(schema, object, say as Say, tongue), [schema, object, tongue]) // eslint-disable-line react-hooks/exhaustive-deps
  const paths = useMemo(() => {
    if (chosen) return chosen
    const kinds = new Map(every.map((column) => [column.path, column.kind] as const))
    return usedPaths(rows.map((row) => row.when ?? 'true'), (path) => kinds.get(path) ?? null)
  }, [chosen, every, rows])
  const sheet = useMemo((): Sheet => {
    const columns = paths.flatMap((path) => every.filter((column) => column.path === path))
    const named = (list: Named[] | undefined): Option[] => list?.map((each) => ({ key: each.key, label: say(each.name, each.key) })) ?? []
    const ids = ['name', ...columns.map((column) => column.path), ...AFTER]
    const rowName = (row: Row, at: number) => (typeof row.name === 'string' ? row.name : say(row.name)) || t('dispatch.row', { n: at + 1 })
    return {
      columns, ids, labels: ids.map((id) => columns.find((column) => column.path === id)?.label ?? t(`dispatch.column.${id}`)), rowName,
      directory: { people: schema?.people.flatMap((person) => (person.key ? [{ key: person.key, label: person.name }] : [])) ?? [], teams: named(schema?.units), pools: named(schema?.pools), roles: named(roles), calendars: named(calendars) },
      choose: CHOOSE.map((key) => ({ key, label: t(`dispatch.choose.${key}`) })), words: tongue === 'en' ? EN : ZH, target: tongue === 'en' ? EN_TARGET : ZH_TARGET, tongue: tongue === 'en' ? 'en' : 'zh',
    }
  }, [paths, every, schema, roles, calendars, tongue]) // eslint-disable-line react-hooks/exhaustive-deps
  return { sheet, every, ready: Boolean(schema) }
}

/** What may be chosen in a cell, for the list under it. */
export function choicesOf(id: string, sheet: Sheet): { options: Option[]; many: boolean } {
  const column = sheet.columns.find((each) => each.path === id)
  if (column) return { options: column.kind === 'boolean' ? [sheet.words.yes, sheet.words.no].map((label) => ({ key: label, label })) : column.options, many: column.kind !== 'boolean' }
  if (id === 'choose') return { options: sheet.choose, many: false }
  if (id === 'calendar') return { options: sheet.directory.calendars, many: false }
  if (id === 'trainee_ok') return { options: [sheet.words.yes, sheet.words.no].map((label) => ({ key: label, label })), many: false }
  if (id === 'to') {
    const pools = sheet.directory.pools.map((pool) => ({ key: pool.key, label: `${sheet.target.pool}${sheet.target.colon}${pool.label}` }))
    return { options: [{ key: 'customer.owner', label: sheet.target.home }, ...sheet.directory.teams, ...pools, ...sheet.directory.people], many: true }
  }
  return { options: [], many: false }
}
