/** Kinds of definitions that are a handful of settings: which parts each has, how a part is entered, and the sentence it all comes to. */
import type { Doc } from '@/metadata/editing'

export type As = 'words' | 'long' | 'number' | 'share' | 'time' | 'weekday' | 'pick' | 'picks' | 'events' | 'condition'

export interface Part {
  at: string
  as: As
  /** What is picked from: a kind of definition. */
  of?: string
  need?: boolean
  /** What counts while nothing is entered; shown as such. */
  empty?: string | number
  /** May be left empty: nothing of it is used then. */
  none?: boolean
}
export interface Section { key: string; parts: Part[] }
export interface Many { at: string; parts: Part[]; fresh: (keys: string[]) => Doc }
export interface PlainKind { sections: Section[]; many?: Many; says: string[] }

const REASONS = { task: 30, enquiry: 30, closing: 25, rhythm: 20, event: 15, silence: 15, value: 10 }
const PATTERN = { days: 20, per_day: 25, short_seconds: 28, short_share: 0.7, followed_share: 0.05, follow_hours: 48, least: 100 }
const NAME: Part = { at: 'name', as: 'words', need: true }

export const KINDS: Record<string, PlainKind> = {
  coverage: {
    sections: [{ key: 'basics', parts: [NAME, { at: 'result', as: 'pick', of: 'object', empty: 'deal' }, { at: 'rep_from', as: 'share', empty: 0.8 }, { at: 'target', as: 'share', empty: 0.85 }] }],
    many: {
      at: 'actions',
      parts: [NAME, { at: 'object', as: 'pick', of: 'object', need: true }, { at: 'after', as: 'events', need: true }, { at: 'done', as: 'events', need: true }, { at: 'hours', as: 'number', need: true }],
      fresh: (keys) => ({ key: freshKey(keys), name: { zh: '', en: '' }, object: 'lead', after: ['touch.response'], done: ['touch.followup'], hours: 24 }),
    },
    says: ['rep_from', 'target'],
  },
  follow_up: {
    sections: [{ key: 'basics', parts: [NAME, { at: 'object', as: 'pick', of: 'object', need: true }, { at: 'starts', as: 'events', need: true }, { at: 'calendar', as: 'pick', of: 'calendar', empty: 'office' }, { at: 'when', as: 'condition' }] }],
    many: {
      at: 'steps',
      parts: [NAME, { at: 'hours', as: 'number' }, { at: 'days', as: 'number' }, { at: 'note', as: 'long' }],
      fresh: (keys) => ({ key: freshKey(keys, 'step'), name: { zh: '', en: '' }, days: 1 }),
    },
    says: ['object', 'calendar'],
  },
  audit_plan: {
    sections: [
      { key: 'whom', parts: [NAME, { at: 'object', as: 'pick', of: 'object', need: true }, { at: 'of', as: 'condition' }] },
      { key: 'draw', parts: [{ at: 'share', as: 'share', empty: 0.05 }, { at: 'least', as: 'number', empty: 3 }, { at: 'weekday', as: 'weekday', empty: 3 }, { at: 'at', as: 'time', empty: '14:00' }, { at: 'role', as: 'pick', of: 'role', empty: 'auditor' }] },
    ],
    says: ['weekday', 'at', 'object', 'share', 'least', 'role'],
  },
  monitoring: {
    sections: [
      { key: 'told', parts: [NAME, { at: 'records', as: 'long', need: true }, { at: 'why', as: 'long', need: true }] },
      { key: 'bounds', parts: [{ at: 'seen_by', as: 'picks', of: 'role', need: true }, { at: 'keep_days', as: 'number', need: true }, { at: 'calendar', as: 'pick', of: 'calendar', empty: 'office' }] },
      { key: 'pattern', parts: Object.entries(PATTERN).map(([key, empty]) => ({ at: `pattern.${key}`, as: key.endsWith('_share') ? 'share' : 'number', empty })) },
    ],
    says: ['seen_by', 'keep_days'],
  },
  daily: {
    sections: [
      { key: 'focus', parts: [NAME, { at: 'focus.count', as: 'number', empty: 3 }, { at: 'focus.at', as: 'time', empty: '07:30' }, { at: 'focus.calendar', as: 'pick', of: 'calendar', empty: 'office' }] },
      { key: 'weights', parts: Object.entries(REASONS).map(([key, empty]) => ({ at: `focus.weights.${key}`, as: 'number', empty })) },
      { key: 'report', parts: [{ at: 'report.channel', as: 'pick', of: 'channel', none: true }] },
    ],
    says: ['focus.at', 'focus.calendar', 'focus.count'],
  },
}

/** Event types that are done or happen to customers; others may be typed. */
export const EVENTS = ['touch.response', 'touch.followup', 'touch.inbound', 'touch.note', 'lead.received', 'lead.assigned', 'lead.enquired', 'lead.converted', 'page.viewed', 'call.connected', 'meeting.held', 'solution.talked', 'case.sent', 'report.sent', 'quote.sent', 'quote.link_sent', 'quote.opened', 'objection.raised', 'objection.resolved', 'decision_maker.met', 'document.signed', 'contract.signed', 'survey.answered', 'deal.created', 'deal.stage_moved']

function freshKey(keys: string[], word = 'action'): string {
  let n = keys.length + 1
  while (keys.includes(`${word}_${n}`)) n += 1
  return `${word}_${n}`
}
