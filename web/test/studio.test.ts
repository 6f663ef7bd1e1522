import i18next from 'i18next'
import { beforeAll, describe, expect, it } from 'vitest'
import more from '@/lib/i18n/zh-CN/more'
import first from '@/lib/i18n/zh-CN'
import enFirst from '@/lib/i18n/en'
import enMore from '@/lib/i18n/en/more'
import { asKind, newField } from '@/features/objects/kinds'
import { ruleSentence, type Labels } from '@/metadata/steps/sentence'
import { celOf, cronOf, literalOf, scheduleOf } from '@/metadata/steps/trigger'
import { placeWords, valueWords, type Words } from '@/features/studio/words'
import { written } from '@/lib/written'
import { windowOf } from '@/features/studio/windows'
import { moved, ownPath, problemsAt, setAt, takeOut } from '@/metadata/editing'

beforeAll(async () => {
  await i18next.init({ lng: 'zh-CN', fallbackLng: false, resources: {}, interpolation: { escapeValue: false } })
  for (const [language, books] of [['zh-CN', [first, more]], ['en', [enFirst, enMore]]] as const) for (const book of books) i18next.addResourceBundle(language, 'translation', book, true, true)
})

describe('an edit of a document', () => {
  const document = { kind: 'rule', key: 'r', 'x-unknown': { deep: [1, { kept: 'word for word' }] }, on: { since: 'lead.assigned', after: 30, strange: 'stays' }, do: [{ action: 'notify', to: ['owner'], own: 1 }, { action: 'tag', add: ['a'] }] }
  it('changes the part it names and keeps all else word for word, order included', () => {
    const next = setAt(document, 'on.after', 15)
    expect(next.on).toEqual({ since: 'lead.assigned', after: 15, strange: 'stays' })
    expect(JSON.stringify(setAt(next, 'on.after', 30))).toBe(JSON.stringify(document))
    expect(next['x-unknown']).toBe(document['x-unknown'])
    expect(document.on.after).toBe(30)
  })
  it('takes a part away with undefined, and goes through lists', () => {
    expect(Object.keys(setAt(document, 'on.strange', undefined).on)).toEqual(['since', 'after'])
    expect(setAt(document, ['do', 0, 'to'], ['head:east']).do[0]).toEqual({ action: 'notify', to: ['head:east'], own: 1 })
    expect(setAt(document, ['do', 0], undefined).do).toEqual([document.do[1]])
    expect(setAt({}, 'limits.fan_out', 5)).toEqual({ limits: { fan_out: 5 } })
  })
  it('moves and takes out items', () => {
    expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a'])
    expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b'])
    expect(takeOut(['a', 'b'], 0)).toEqual(['b'])
  })
  it('finds its own problems, those of a publish too', () => {
    const problems = [{ code: 'x', path: 'rule/r: do.1.add' }, { code: 'y', path: 'do.10' }, { code: 'z', path: 'do.1' }]
    expect(problems.map(ownPath)).toEqual(['do.1.add', 'do.10', 'do.1'])
    expect(problemsAt(problems, 'do.1').map((each) => each.code)).toEqual(['x', 'z'])
  })
})

describe('a field that changes its kind', () => {
  it('keeps what both kinds know and its own unknown members, and drops what only the old one had', () => {
    const field = { ...newField('choice', 'tier', '等级'), options: [{ key: 'a' }], help: { zh: '说明' }, 'x-own': 1, default: 'a' }
    expect(asKind(field, 'multi_choice')).toEqual({ key: 'tier', kind: 'multi_choice', name: field.name, options: [{ key: 'a' }], help: { zh: '说明' }, 'x-own': 1 })
    expect(asKind(field, 'number')).toEqual({ key: 'tier', kind: 'number', name: field.name, help: { zh: '说明' }, 'x-own': 1 })
  })
})

const labels = (tongue: 'zh-CN' | 'en'): Labels => ({
  t: i18next.getFixedT(tongue), tongue,
  field: (key) => ({ intent: '意向等级', budget: '预算' })[key] ?? '', named: (key) => ({ 'person:li': '李明', pool_new: '新线索公海', wecom: '企业微信群', main: '主派单表' })[key] ?? '',
  object: () => (tongue === 'en' ? 'lead' : '线索'), action: (key) => key,
})
const RULE = { object: 'lead', on: { since: 'lead.assigned', after: 30, unit: 'working_minutes', calendar: 'office', cancel: ['touch.response'] }, do: [{ action: 'notify', to: ['owner', 'person:li'], via: ['inbox', 'wecom'], title: { zh: '{budget} 的线索没人管', en: 'Nobody answers' } }] }

describe('a rule as a sentence', () => {
  it('reads in Chinese and in English', () => {
    expect(ruleSentence(RULE, '意向等级 等于 A', labels('zh-CN'))).toBe('当 线索分配后 30 工作分钟，其间没有首次响应，如果意向等级 等于 A，就提醒负责人、李明「〔预算〕 的线索没人管」（企业微信群）。')
    expect(ruleSentence(RULE, '', labels('en'))).toBe('When 30 working minutes have passed since lead assigned without a response: tell the owner, 李明 “Nobody answers” (by 企业微信群).')
  })
  it('says every trigger and several actions', () => {
    const says = (on: Record<string, unknown>) => ruleSentence({ object: 'lead', on, do: [{ action: 'tag', add: ['热'] }, { action: 'return_to_pool', pool: 'pool_new' }] }, '', labels('zh-CN'))
    expect(says({ created: true })).toBe('当 新来一条线索，就打标签 热，并且收回到「新线索公海」。')
    expect(says({ changed: ['intent', 'budget'] })).toContain('线索的意向等级、预算改变')
    expect(says({ cron: '0 9 * * 1' })).toContain('每周一 09:00')
    expect(says({ event: ['lead.picked', 'page.viewed'] })).toContain('领取线索或客户浏览页面')
  })
})

describe('a schedule in words', () => {
  it('is the same cron when it comes back, and says so when words do not reach', () => {
    for (const cron of ['0 9 * * *', '30 8 * * 1-5', '15 18 * * 5', '0 7 1 * *', '5 * * * *']) { expect(scheduleOf(cron).every).not.toBe('other'); expect(cronOf(scheduleOf(cron))).toBe(cron) }
    for (const cron of ['*/5 * * * *', '0 9 * 3 *', '0 9 1 * 1', 'nonsense']) expect(scheduleOf(cron).every).toBe('other')
  })
})

describe('a plain value and its expression', () => {
  it('go into each other; what is computed is none', () => {
    for (const value of ['A "quoted" \\ value', '', 5, -1.5, true, false, null]) expect(literalOf(celOf(value))).toBe(value)
    for (const cel of ['budget * 2', '"a" + name', 'owner', '']) expect(literalOf(cel)).toBeUndefined()
  })
})

describe('places and values in words', () => {
  const words = (): Words => ({ t: i18next.getFixedT('zh-CN'), tongue: 'zh-CN', label: (key) => ({ budget: '预算' })[key] ?? '' })
  it('name parts by their labels', () => {
    const document = { fields: [{ key: 'budget', name: { zh: '预算' } }], on: { after: 1 } }
    expect(placeWords(document, 'fields.budget.name.zh', words())).toBe('字段 · 「预算」 · 名称 · 中文')
    expect(placeWords(document, 'fields.0.help', words())).toBe('字段 · 「预算」 · 说明')
    expect(placeWords(document, 'on.after', words())).toBe('触发 · 多久之后')
    const plain = { ...words(), kind: 'coverage' }
    const coverage = { rep_from: 1.8, actions: [{ key: 'report', name: { zh: '发报告' }, hours: 24 }] }
    expect(placeWords(coverage, 'rep_from', plain)).toBe('一个人做到多少算达标')
    expect(placeWords(coverage, 'actions.0.hours', plain)).toBe('「发报告」 · 多久之内')
    expect(placeWords({ focus: {} }, 'focus.weights.task', { ...words(), kind: 'daily' })).toBe('今天有到期的任务')
    expect(valueWords([{ key: 'budget', name: { zh: '预算' } }, 'budget', 'working_minutes'], words())).toBe('预算、预算、工作分钟')
  })
})

describe('what is written', () => {
  it('stays in its language, emptied too, and is shown in the other only where there is none', () => {
    expect(written({ zh: '', en: 'Standard actions' }, 'zh-CN')).toBe('')
    expect(written({ en: 'Standard actions' }, 'zh-CN')).toBe('Standard actions')
    expect(written({ zh: '标准动作', en: '' }, 'en')).toBe('')
    expect(written(undefined, 'zh-CN')).toBe('')
  })
})

describe('last month', () => {
  it('is the calendar month before, in the workspace zone', () => {
    expect(windowOf('last_month', Date.parse('2026-03-10T02:00:00Z'), 'Asia/Shanghai')).toEqual({ since: '2026-01-31T16:00:00.000Z', until: '2026-02-28T16:00:00.000Z' })
  })
})
