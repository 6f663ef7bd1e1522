/** One event of a lead's log as a sentence, and the sign that stands beside it. */
import type { TFunction } from 'i18next'
import type { Json, Text, TimelineEvent } from '@/api/types'
import type { ObjectMeta } from '@/metadata/schema'
import { valueText, type ValueContext } from '@/metadata/values'
import { say } from '@/lib/text'
import type { IconName } from '@/ui/Icon'

const SIGN: [RegExp, IconName][] = [
  [/^lead\.received|\.created$/, 'plus'], [/^lead\.(assigned|picked)/, 'route'], [/^lead\.returned/, 'pool'], [/^touch\.note/, 'note'],
  [/^touch\./, 'phone'], [/convert/, 'deal'], [/^rule\.|^timer\.|^task\./, 'bell'], [/^page\./, 'globe'], [/merge/, 'merge'], [/updated$/, 'edit'],
]

/** The icon for an event; a touch shows how it happened. */
export function eventSign(event: TimelineEvent): IconName {
  const kind = String(event.data.kind ?? '')
  if (event.type.startsWith('touch.') && event.type !== 'touch.note') return kind === 'message' ? 'message' : kind === 'meeting' || kind === 'visit' ? 'meeting' : kind === 'form_reply' ? 'note' : 'phone'
  return SIGN.find(([pattern]) => pattern.test(event.type))?.[1] ?? 'info'
}

const named = (value: Json | undefined): string => (typeof value === 'string' ? value : value && typeof value === 'object' && !Array.isArray(value) ? String(value.name ?? '') : '')

/** Changed fields as "意向：B → A", at most four. */
export function changeWords(changes: Record<string, [Json, Json]>, meta: ObjectMeta | null, context: ValueContext, most = 4): string[] {
  const words = Object.entries(changes).flatMap(([key, pair]) => {
    const field = meta?.fields.get(key)
    if (!field || !Array.isArray(pair)) return []
    const [before, after] = pair.map((value) => valueText(value, field, context) || '–')
    return [`${say(field.name, context.tongue, key)}${context.tongue === 'en' ? ': ' : '：'}${before} → ${after}`]
  })
  return words.length > most ? [...words.slice(0, most), '…'] : words
}

/** The blanks of what is told about playbooks and approvals. */
const processParts = (data: Record<string, Json>, tongue: ValueContext['tongue']) => ({
  action: say(data.action_name as Text, tongue) || String(data.action ?? ''), reason: String(data.reason || data.note || data.comment || data.answer || ''), risk: say(data.rule_name as Text, tongue), to: say(data.to_name as Text, tongue) || String(data.to ?? ''), node: String(data.node ?? ''),
})

export interface EventLine { text: string; details: string[]; quote?: string }

/** The sentence of an event with the parts that belong below it. */
export function eventWords(event: TimelineEvent, t: TFunction, meta: ObjectMeta | null, context: ValueContext, people: Record<string, string>): EventLine {
  const person = (id: Json | undefined) => (typeof id === 'string' ? people[id] || context.names.person(id) || '' : '')
  const { data } = event
  const who = person(event.person) || t('event.system')
  const key = event.type.replace(/\./g, '_')
  const pool = typeof data.pool === 'string' ? say(context.names.named('pools', data.pool), context.tongue, data.pool) : ''
  const source = typeof data.source === 'string' ? say(context.names.named('sources', data.source), context.tongue, data.source) : ''
  const known = { who, owner: person(data.owner), previous: person(data.previous), pool, source, rule: named(data.rule_name as Json) || named(data.rule), by: t(`event.by.${named(data.by) || 'system'}`, { defaultValue: '' }) }
  let text: string
  if (event.type.startsWith('touch.')) {
    const kind = String(data.kind ?? 'note')
    const outcome = data.solution === true ? t('lane.tap') : data.answered === true ? t('event.answered') : data.answered === false && kind === 'call' ? t('event.not_answered') : ''
    text = t(event.type === 'touch.note' ? 'event.touch_note' : data.direction === 'in' ? `event.touch_in.${kind}` : `event.touch_out.${kind}`, { who, defaultValue: t('event.touch_note', { who }) }) + (outcome ? `${context.tongue === 'en' ? ', ' : '，'}${outcome}` : '')
  } else if (event.type.endsWith('.updated')) text = t('event.updated', { who })
  else if (event.type.endsWith('.created') && event.type !== 'lead.created') text = t('event.created', { who })
  else if (event.type.endsWith('.stage_moved')) {
    const field = meta?.fields.get('stage')
    const stage = (value: Json | undefined) => (field ? valueText(value, field, context) : String(value ?? '')) || '–'
    text = t(data.from === null ? 'process_event.stage_entered' : data.rework ? 'process_event.stage_back' : 'process_event.stage_moved', { who, from: stage(data.from), to: stage(data.to) })
  } else text = t(`event.${key}`, { ...known, title: named(data.title) || named(data.url), defaultValue: t(`process_event.${key}`, { ...processParts(data, context.tongue), who, defaultValue: t(`quality.event.${key}`, { defaultValue: t('process_event.other') }) }) })
  const quote = typeof data.text === 'string' && data.text ? data.text : undefined
  const details = event.type.endsWith('.updated') && data.changes ? changeWords(data.changes as Record<string, [Json, Json]>, meta, context) : []
  return { text, details, ...(quote ? { quote } : {}) }
}

const sameTouch = (a: TimelineEvent, b: TimelineEvent) => a.occurred_at === b.occurred_at && (a.person ?? null) === (b.person ?? null) && JSON.stringify(a.data) === JSON.stringify(b.data)

/** The log as people read it: without changes that only follow from another event, and without the creation that an arrival already tells. */
export function readable(rows: TimelineEvent[], meta: ObjectMeta | null): TimelineEvent[] {
  const arrived = rows.some((event) => event.type === 'lead.received')
  const told = new Set(rows.filter((event) => event.change && !/\.(updated|created)$/.test(event.type)).map((event) => event.change))
  return foldTouches(rows.filter((event) => {
    if (event.type === 'lead.created') return !arrived
    if (!event.type.endsWith('.updated')) return true
    if (event.change && told.has(event.change)) return false
    const fields = Object.keys((event.data.changes as object | undefined) ?? {})
    return fields.some((key) => { const field = meta?.fields.get(key); return !field || !(field.server_owned || field.system) })
  }))
}

/** One touch may count twice (response and effective follow-up); on screen it is one thing that happened. */
export function foldTouches(rows: TimelineEvent[]): TimelineEvent[] {
  return rows.filter((event, at) => {
    const before = rows[at - 1]
    return !(before && event.type.startsWith('touch.') && before.type.startsWith('touch.') && sameTouch(event, before))
  })
}
