/** A field's value as text: one function a kind. */
import type { FieldDefinition } from '@/api/types'
import { moment, type Tongue } from '@/lib/time'
import { say } from '@/lib/text'
import { provinceName } from './provinces'
import type { Names, NamedList } from './schema'

export interface ValueContext { tongue: Tongue; names: Names; related?: Record<string, string>; decimals: number; currency: string; yes: string; no: string }

export const REFERENCE: Record<string, NamedList> = { source: 'sources', channel: 'sources', pool: 'pools', region: 'regions', brand: 'brands', unit: 'units' }

const figures: Intl.NumberFormat[] = []
/** 12,345.6: with a format made once, as a list shows hundreds of them. */
const grouped = (value: number, digits = 3) => (figures[digits] ??= new Intl.NumberFormat('en-US', { maximumFractionDigits: digits })).format(value)

/** Money in minor units → "¥15 万" style only above ten thousand in Chinese, else grouped yuan. */
export function moneyText(minor: number, decimals: number, currency: string, tongue: Tongue): string {
  const major = minor / 10 ** decimals
  const sign = currency === 'CNY' ? '¥' : ''
  const tail = sign ? '' : ` ${currency}`
  if (tongue === 'zh-CN' && Math.abs(major) >= 10_000) {
    const wan = major / 10_000
    return `${sign}${grouped(wan, wan >= 1000 ? 0 : 2)} 万${tail}`
  }
  return `${sign}${grouped(major, decimals)}${tail}`
}

export const optionName = (field: FieldDefinition, key: string, tongue: Tongue) => {
  const option = field.options?.find((each) => each.key === key)
  return option ? say(option.name, tongue, key) : key
}

type Show = (value: unknown, field: FieldDefinition, context: ValueContext) => string

const plain: Show = (value) => String(value)
const listOf = (value: unknown) => (Array.isArray(value) ? value.map(String) : [String(value)])

const KINDS: Record<string, Show> = {
  number: (value) => grouped(Number(value)),
  percent: (value) => `${grouped(Number(value) * 100, 1)}%`,
  money: (value, _field, context) => moneyText(Number(value), context.decimals, context.currency, context.tongue),
  date: (value) => String(value).slice(0, 10),
  datetime: (value, _field, context) => moment(String(value), context.tongue),
  boolean: (value, _field, context) => (value ? context.yes : context.no),
  choice: (value, field, context) => {
    const known = optionName(field, String(value), context.tongue)
    const list = REFERENCE[field.key]
    return known === String(value) && list ? say(context.names.named(list, String(value)), context.tongue, known) : known
  },
  multi_choice: (value, field, context) => listOf(value).map((key) => optionName(field, key, context.tongue)).join(context.tongue === 'en' ? ', ' : '、'),
  tags: (value, _field, context) => listOf(value).join(context.tongue === 'en' ? ', ' : '、'),
  person: (value, _field, context) => context.names.person(String(value)),
  relation: (value, _field, context) => context.related?.[String(value)] ?? '',
  region: (value, _field, context) => listOf(value).filter(Boolean).map((code) => provinceName(code, context.tongue)).join(' '),
  file: (value) => String(listOf(value).length),
}

/** The value as people read it; "" when there is none. Masked values arrive masked and are shown as they are. */
export function valueText(value: unknown, field: FieldDefinition, context: ValueContext): string {
  if (value === null || value === undefined || value === '' || (Array.isArray(value) && !value.length)) return ''
  const list = REFERENCE[field.key]
  if (list && typeof value === 'string' && !field.options?.length) return say(context.names.named(list, value), context.tongue, value)
  const kind = field.kind === 'formula' || field.kind === 'rollup' ? (field.result ?? (typeof value === 'number' ? 'number' : 'text')) : field.kind
  const show = field.can === 'masked' && typeof value === 'string' && value.includes('*') ? plain : (KINDS[kind] ?? plain)
  return show(value, field, context)
}
