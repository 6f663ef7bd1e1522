/** Where in a document, and what stands there, in the user's words. */
import type { TFunction } from 'i18next'
import { stringify } from 'yaml'
import type { Text } from '@/api/types'
import { say } from '@/lib/text'
import type { Tongue } from '@/lib/time'
import type { Doc } from './contract'

export interface Words { t: TFunction; tongue: Tongue; label?: (key: string) => string; kind?: string }

const isText = (value: unknown): value is Text => Boolean(value) && typeof value === 'object' && !Array.isArray(value) && Object.keys(value as object).length > 0 && Object.keys(value as object).every((key) => key === 'zh' || key === 'en')

const named = (value: unknown, words: Words): string => {
  const item = value as { name?: Text; title?: Text; action?: string; key?: string } | null
  if (!item || typeof item !== 'object') return ''
  return say(isText(item.name) || typeof item.name === 'string' ? item.name : undefined, words.tongue) || (item.action ? words.t(`rules.action.${item.action}`, { defaultValue: '' }) : '') || words.label?.(String(item.key ?? '')) || ''
}

/** "字段「预算」 · 名称" for fields.budget.name (or fields.3.name). */
export function placeWords(document: Doc | null | undefined, path: string, words: Words): string {
  const { t } = words
  if (!path) return t('studio.whole')
  let node: unknown = document
  const found: string[] = []
  const items: string[] = []
  for (const step of path.split('.')) {
    const list = Array.isArray(node) ? node : null
    const item: unknown = list ? (/^\d+$/.test(step) ? list[Number(step)] : list.find((each) => (each as { key?: string } | null)?.key === step)) : (node as Record<string, unknown> | null | undefined)?.[step]
    if (list) {
      const place = /^\d+$/.test(step) ? Number(step) : list.indexOf(item)
      const name = named(item, words) || (typeof item === 'string' ? (words.label?.(item) || item) : '') || words.label?.(step) || (place < 0 ? step : '')
      items.push(name ? t('studio.item_named', { name }) : t('studio.item', { n: place + 1 }))
      found.push(items[items.length - 1]!)
    } else {
      found.push(t(`studio.part.${step}`, { defaultValue: '' }) || words.label?.(step) || step.replace(/_/g, ' '))
    }
    node = item
  }
  const own = ownWord(words, path)
  return (own ? [...items, own] : found).join(' · ')
}

/** What the form of a kind that is a handful of settings calls one of them: "actions.0.hours" is its item's "hours". */
function ownWord({ t, kind }: Words, path: string): string {
  const steps = path.split('.')
  const listed = steps.findIndex((step) => /^\d+$/.test(step))
  const key = listed < 0 ? steps.join('_') : `item.${steps.slice(listed + 1).join('_')}`
  return kind ? t(`plain.${kind}.${key}`, { defaultValue: '' }) : ''
}

/** A part of a document as people read it. */
export function valueWords(value: unknown, words: Words): string {
  const { t, tongue } = words
  if (value === null || value === undefined || value === '') return '–'
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no')
  if (typeof value === 'number') return value.toLocaleString('en-US', { maximumFractionDigits: 6 })
  if (typeof value === 'string') return words.label?.(value) || t(`studio.value.${value.replace(/\./g, '_')}`, { defaultValue: value })
  if (isText(value)) return say(value, tongue) || '–'
  const name = named(value, words)
  if (name) return name
  if (Array.isArray(value)) return value.length ? value.map((item) => valueWords(item, words)).join(tongue === 'en' ? ', ' : '、') : '–'
  return stringify(value, { lineWidth: 90 }).trim()
}
