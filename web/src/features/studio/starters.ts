/** The document a new definition begins with: complete enough to be read as a sentence, incomplete where only a person can say. */
import type { Doc } from './contract'

const names = (name: string) => ({ name: { zh: name, en: name } })

export function starter(kind: string, name: string, object?: string | undefined): Doc {
  const of = object ?? 'lead'
  switch (kind) {
    case 'object': return { ...names(name), title: 'name', fields: [{ key: 'name', kind: 'text', name: { zh: '名称', en: 'Name' }, search: true }] }
    case 'rule': return { ...names(name), object: of, on: { created: true }, do: [{ action: 'notify', to: ['owner'], via: ['inbox'], title: { zh: name, en: name } }] }
    case 'metric': return { ...names(name), of: { object: of, at: 'created_at' }, measure: { count: true } }
    case 'list_view': return { ...names(name), object: of, columns: ['name', 'owner', 'created_at'], sort: ['-created_at'] }
    case 'form': return { ...names(name), object: of, layout: [{ name: { zh: '基本信息', en: 'Basics' }, columns: 2, fields: [] }] }
    case 'guidance': return { ...names(name), object: of, moment: of === 'lead' ? { field: 'status', to: 'converted' } : { open: true }, items: [] }
    case 'risk': return { ...names(name), object: object ?? 'deal', when: 'days_since(created_at) > limit.days', limits: [{ key: 'days', name: { zh: '天数', en: 'Days' }, unit: '天', default: 30, low: 1, high: 365 }], facts: { days: 'days_since(created_at)' }, level: 'yellow', sentence: { zh: '建立已 {days} 天', en: '{days} days since it began' }, advice: { zh: '', en: '' }, who: 'owner' }
    case 'coverage': return { ...names(name), actions: [{ key: 'action_1', name: { zh: '', en: '' }, object: 'lead', after: ['touch.response'], done: ['touch.followup'], hours: 24 }] }
    case 'follow_up': return { ...names(name), object: of, starts: ['lead.assigned'], calendar: 'office', steps: [{ key: 'step_1', name: { zh: '', en: '' }, hours: 1 }] }
    case 'audit_plan': return { ...names(name), object: object ?? 'deal' }
    case 'monitoring': return { ...names(name), keep_days: 90 }
    default: return object ? { ...names(name), object } : names(name)
  }
}
