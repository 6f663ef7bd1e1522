/** A rule as one sentence: 当…，如果…，就…。 Pure: labels come in as functions. */
import type { TFunction } from 'i18next'
import type { Text } from '@/api/types'
import { say } from '@/lib/text'
import type { Tongue } from '@/lib/time'
import { asList, scheduleOf, triggerOf, type On } from './trigger'

export interface Labels {
  t: TFunction
  tongue: Tongue
  field: (key: string) => string
  /** People, roles, units, channels, tables, pools, tags. */
  named: (key: string) => string
  object: (key: string) => string
  action: (key: string) => string
}
export type Step = Record<string, unknown> & { action?: string }

const joined = (parts: string[], tongue: Tongue) => parts.filter(Boolean).join(tongue === 'en' ? ', ' : '、')

export function eventLabel(type: string, labels: Labels): string {
  const known = labels.t(`rules.event.${type.replace(/\./g, '_')}`, { defaultValue: '' })
  if (known) return known
  const [object, verb] = type.split('.')
  const word = labels.t(`rules.verb.${verb}`, { defaultValue: '' })
  return word ? `${labels.object(object ?? '')}${labels.tongue === 'en' ? ' ' : ''}${word}` : type
}

export function triggerWords(on: On | undefined, object: string, labels: Labels): string {
  const { t, tongue } = labels
  const thing = labels.object(object)
  const kind = triggerOf(on)
  if (!on || !kind) return t('rules.says.nothing')
  const events = (value: unknown) => asList(value).map((type) => eventLabel(type, labels)).join(tongue === 'en' ? ' or ' : '或')
  if (kind === 'event') return t('rules.says.event', { event: events(on.event) })
  if (kind === 'changed') return t('rules.says.changed', { thing, fields: joined(asList(on.changed).map(labels.field), tongue) || '…' })
  if (kind === 'since') {
    const cancel = asList(on.cancel).map((type) => eventLabel(type, labels)).join(tongue === 'en' ? ' or ' : '或')
    return t(cancel ? 'rules.says.since_unless' : 'rules.says.since', { event: events(on.since), after: String(on.after ?? '…'), unit: t(`studio.value.${String(on.unit ?? 'minutes')}`), cancel })
  }
  if (kind === 'cron') return scheduleWords(String(on.cron ?? ''), labels)
  return t(`rules.says.${kind}`, { thing })
}

export function scheduleWords(cron: string, { t }: Pick<Labels, 't'>): string {
  const schedule = scheduleOf(cron)
  const pad = (value: number) => String(value).padStart(2, '0')
  return t(`rules.every.${schedule.every}`, { time: `${pad(schedule.hour)}:${pad(schedule.minute)}`, minute: schedule.minute, weekday: t(`rules.weekday.${schedule.weekday % 7}`), day: schedule.day, cron })
}

export function personWords(who: string, labels: Labels): string {
  const levels = who.match(/\.manager/g)?.length ?? 0
  const base = who.replace(/(\.manager)+$/, '')
  const name = labels.named(base) || (base === 'owner' ? labels.t('rules.owner') : labels.field(base) || base)
  return levels ? labels.t('rules.manager_of', { name, count: levels }) : name
}

export function stepWords(step: Step, labels: Labels): string {
  const { t, tongue } = labels
  const text = (part: unknown) => say(part as Text, tongue).replace(/\{(\w+)\}/g, (_, key: string) => `〔${labels.field(key) || key}〕`)
  const values = (part: unknown) => joined(Object.entries((part as Record<string, string> | undefined) ?? {}).map(([key, cel]) => `${labels.field(key) || key} = ${String(cel).replace(/^"(.*)"$/, '$1')}`), tongue)
  const people = (part: unknown) => joined(asList(part).map((who) => personWords(who, labels)), tongue)
  const via = asList(step.via).filter((each) => each !== 'inbox')
  const through = via.length ? t('rules.says.through', { via: joined(via.map((each) => labels.named(each) || each), tongue) }) : ''
  switch (step.action) {
    case 'notify': return t('rules.says.notify', { people: people(step.to) || '…', title: text(step.title) }) + through
    case 'escalate': return t('rules.says.escalate', { person: personWords(String(step.of ?? 'owner'), labels), count: Number(step.levels ?? 1), title: text(step.title) }) + through
    case 'task': return t('rules.says.task', { person: people(step.assignee ?? 'owner'), title: text(step.title) })
    case 'assign': return t('rules.says.assign', { person: people(step.to) || '…' })
    case 'set': return t('rules.says.set', { values: values(step.fields) || '…' })
    case 'create': return t('rules.says.create', { object: labels.object(String(step.object ?? '')) })
    case 'tag': return joined([asList(step.add).length ? t('rules.says.tag', { tags: joined(asList(step.add), tongue) }) : '', asList(step.remove).length ? t('rules.says.untag', { tags: joined(asList(step.remove), tongue) }) : ''], tongue)
    case 'dispatch': return t('rules.says.dispatch', { table: labels.named(String(step.table ?? '')) || '…' })
    case 'return_to_pool': return t('rules.says.return_to_pool', { pool: labels.named(String(step.pool ?? '')) || '…' })
    case 'webhook': return t('rules.says.webhook', { channel: labels.named(String(step.channel ?? '')) || '…' })
    default: return labels.action(String(step.action ?? '')) || '…'
  }
}

/** The whole sentence; `condition` is what the server says of the rule's `when`. */
export function ruleSentence(document: Record<string, unknown>, condition: string, labels: Labels): string {
  const object = String(document.object ?? '')
  const steps = (Array.isArray(document.do) ? document.do : []) as Step[]
  const what = steps.map((step) => stepWords(step, labels)).join(labels.t('rules.says.and')) || '…'
  const when = triggerWords(document.on as On, object, labels)
  return labels.t(condition ? 'rules.says.whole_if' : 'rules.says.whole', { when, condition, what })
}
