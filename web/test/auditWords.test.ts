import { describe, expect, it } from 'vitest'
import i18next from 'i18next'
import { aboutWords, auditLines, type AuditNames } from '@/features/admin/auditWords'
import type { AuditRow } from '@/features/admin/queries'
import first from '@/lib/i18n/zh-CN'
import more from '@/lib/i18n/zh-CN/more'

await i18next.init({ lng: 'zh-CN', fallbackLng: false, resources: {}, interpolation: { escapeValue: false } })
for (const book of [first, more]) i18next.addResourceBundle('zh-CN', 'translation', book, true, true)
const ID = '65187819-3227-4a1a-95c6-efb19572d666'
const names: AuditNames = {
  t: i18next.getFixedT('zh-CN'), tongue: 'zh-CN', person: (id) => (id === ID ? '张磊' : ''),
  object: (key) => ({ lead: '线索', deal: '商机' })[key] ?? '', field: (_object, key) => ({ mobile: '手机', wechat: '微信号' })[key] ?? '', named: (_list, key) => ({ rep: '销售', wecom: '企业微信群' })[key] ?? '',
}
const row = (more: Partial<AuditRow>): AuditRow => ({ id: 1, at: '2026-03-10T02:00:00Z', person: null, person_name: null, actor: '', action: 'x', object: null, record: null, data: {}, ip: null, sealed: 1, ...more })
const lines = (data: Record<string, unknown>, object = 'lead') => auditLines(row({ object, data: data as AuditRow['data'] }), names)

describe('a line of the audit log', () => {
  it('names what it is about: the definition, the person, the kind of record', () => {
    expect(aboutWords(row({ object: 'rule/sla_remind_a', named: { zh: 'A 类 15 分钟提醒' } }), names)).toBe('规则「A 类 15 分钟提醒」')
    expect(aboutWords(row({ object: 'person', record: ID }), names)).toBe('张磊')
    expect([aboutWords(row({ object: 'deal' }), names), aboutWords(row({ object: 'unit' }), names), aboutWords(row({}), names)]).toEqual(['商机', '部门', ''])
  })

  it('tells each part on a line of its own, nested ones too, in words', () => {
    expect(lines({ roles: ['rep'], on: '2026-03-11' })).toEqual(['角色：销售', '日期：2026-03-11'])
    expect(lines({ removed: { lead: 12, person: 3, unknown: 0 } })).toEqual(['移除：线索 12、人员 3、unknown 0'])
    expect(lines({ fields: ['mobile', 'wechat'], by_text: false, found: 1200 })).toEqual(['字段：手机、微信号', '找到：1,200'])
    expect(lines({ fields: [], by_text: true, found: 0 })).toEqual(['按内容搜索：是', '找到：0'])
    expect(lines({ version: 2, note: 'lilan/0.1.0' })).toEqual(['版本：2', '说明：随模板包「lilan」0.1.0 版装入'])
    expect(lines({ to: '2026-03-10T10:00:00+08:00', timers: 4 })).toEqual(['给：2026-03-10 10:00:00', '定时：4'])
    expect(lines({ reason: { code: 'definitions.x', message: { zh: '字段没有了', en: 'gone' } } })).toEqual(['原因：字段没有了'])
  })

  it('shows no identifier, and leaves out what says nothing', () => {
    expect(lines({ token: ID, name: '官网数据同步', note: '', ip: null })).toEqual(['名称：官网数据同步'])
    expect(lines({ case: ID })).toEqual([])
    expect(lines({ person: ID })).toEqual(['人员：张磊'])
  })
})
