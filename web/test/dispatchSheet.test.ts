import { describe, expect, it } from 'vitest'
import { conjuncts, joined } from '@/features/dispatch/cel'
import { EN, readCell, readPart, showCell, type Cell, type CondColumn } from '@/features/dispatch/cells'
import { joinWhen, splitWhen, usedPaths } from '@/features/dispatch/conditions'
import { copyBlock, deleteRows, duplicateRow, fillDown, insertRow, moveRow, pasteBlock, readText, writeText, type Row, type Sheet } from '@/features/dispatch/sheet'
import { EN_TARGET, readTarget, showTarget, ZH_TARGET, type Directory } from '@/features/dispatch/targets'
import { readBlock, writeBlock } from '@/features/dispatch/tsv'
import { ZH } from '@/features/dispatch/cells'

const options = (...pairs: [string, string][]) => pairs.map(([key, label]) => ({ key, label }))
const SOURCE: CondColumn = { path: 'source', label: '来源', kind: 'text', options: options(['douyin', '抖音'], ['web_form', '官网表单'], ['web_quote', '官网询价']) }
const BUDGET: CondColumn = { path: 'budget', label: '预算', kind: 'number', options: [] }
const OPEN: CondColumn = { path: 'open_quote', label: '有报价', kind: 'boolean', options: [] }
const TAGS: CondColumn = { path: 'tags', label: '标签', kind: 'tags', options: [] }
const SHARE: CondColumn = { path: 'share', label: '占比', kind: 'percent', options: [] }
const COLUMNS = [SOURCE, BUDGET, OPEN, TAGS, SHARE]
const directory: Directory = { people: options(['zhanglei', '张磊'], ['lina', '李娜']), teams: options(['jzh', '江浙沪组'], ['east', '华东大区']), pools: options(['pool_new', '新线索公海']), roles: options(['rep', '销售']), calendars: options(['office', '办公时间']) }
const sheet: Sheet = {
  columns: [SOURCE, BUDGET], ids: ['name', 'source', 'budget', 'rest', 'to', 'choose'], labels: ['名称', '来源', '预算', '高级条件', '派给', '选法'], directory,
  choose: options(['weighted', '加权'], ['fixed', '指定']), words: ZH, target: ZH_TARGET, tongue: 'zh', rowName: (row, at) => (typeof row.name === 'object' && row.name.zh) || `第 ${at + 1} 行`,
}

describe('a cell', () => {
  it.each<[string, CondColumn, Cell | null | undefined, string]>([
    ['', SOURCE, null, ''], ['不限', SOURCE, null, ''],
    ['抖音', SOURCE, { op: 'in', values: ['douyin'] }, '抖音'], ['抖音、官网表单', SOURCE, { op: 'in', values: ['douyin', 'web_form'] }, '抖音、官网表单'],
    ['抖音/官网询价', SOURCE, { op: 'in', values: ['douyin', 'web_quote'] }, '抖音、官网询价'], ['非 抖音', SOURCE, { op: 'not', values: ['douyin'] }, '非 抖音'],
    ['小红书', SOURCE, { op: 'in', values: ['小红书'] }, '小红书'], ['空', SOURCE, { op: 'empty' }, '为空'], ['非空', SOURCE, { op: 'filled' }, '有值'],
    ['>50万', BUDGET, { op: 'span', low: { n: 500_000, incl: false } }, '>50万'], ['50万以上', BUDGET, { op: 'span', low: { n: 500_000, incl: true } }, '≥50万'],
    ['50万-100万', BUDGET, { op: 'span', low: { n: 500_000, incl: true }, high: { n: 1_000_000, incl: true } }, '50万-100万'],
    ['50-100万', BUDGET, { op: 'span', low: { n: 500_000, incl: true }, high: { n: 1_000_000, incl: true } }, '50万-100万'],
    ['>50万 ≤1.2亿', BUDGET, { op: 'span', low: { n: 500_000, incl: false }, high: { n: 120_000_000, incl: true } }, '>50万 ≤1.2亿'],
    ['¥1,500', BUDGET, { op: 'span', low: { n: 1500, incl: true }, high: { n: 1500, incl: true } }, '1500'], ['很多', BUDGET, undefined, ''],
    ['不超过 30%', SHARE, { op: 'span', high: { n: 0.3, incl: true } }, '≤30%'], ['是', OPEN, { op: 'bool', value: true }, '是'], ['air、vip', TAGS, { op: 'in', values: ['air', 'vip'] }, 'air、vip'],
  ])('%s is read and shown', (text, column, cell, shown) => {
    expect(readCell(text, column)).toEqual(cell)
    if (cell !== undefined) expect(showCell(cell ?? undefined, column)).toBe(shown)
    if (cell) expect(readCell(showCell(cell, column), column)).toEqual(cell)
    if (cell) expect(readCell(showCell(cell, column, EN), column)).toEqual(cell)
  })

  it('does not take what it cannot say exactly', () => {
    const kind = () => 'text' as const
    for (const part of ['source == other', 'source.contains("x")', "source == 'x'", 'source == r"x"', '(source == "x")', 'source == "a" || source == "b"', 'lower(source) == "x"']) expect(readPart(part, kind)).toBeNull()
  })
})

const seeded = (seed: number) => () => { seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff; return seed / 0x7fffffff }

describe('a condition', () => {
  const free = ['customer != null && customer.owner != null', 'bid_close_at < now + duration("120h")', '(a == 1 || b == "x && y")', 'name.contains("\\"抖音 && 官网\\"")', 'tags.exists(t, t == "key")', "source == 'single'", 'now > created_at ? true : false']
  const plain = ['source == "douyin"', 'source != "a\\\\b"', 'source in ["web_form", "x\\"y"]', '!(source in ["web_form", "q"])', 'source == null', 'budget > 500000', 'budget >= 1 && budget <= 2.5', 'budget == 7', 'open_quote == true', '"air" in tags', '!("air" in tags)', 'tags.exists(one, one in ["a", "b"])', '!(tags.exists(one, one in ["a", "b"]))', 'share < 0.3']
  it('loses nothing on its way through the sheet: 800 random ones', () => {
    const dice = seeded(3)
    const pick = <T,>(from: T[]) => from[Math.floor(dice() * from.length)]!
    for (let n = 0; n < 800; n += 1) {
      const parts = Array.from({ length: 1 + Math.floor(dice() * 4) }, () => (dice() < 0.3 ? pick(free) : pick(plain)))
      const when = joined(parts)
      const once = splitWhen(when, COLUMNS)
      const again = splitWhen(joinWhen(once, COLUMNS), COLUMNS)
      expect(again).toEqual(once)
      const flat = joinWhen(once, COLUMNS)
      for (const part of once.rest) expect(flat).toContain(part)
      for (const part of parts) for (const piece of free.includes(part) ? conjuncts(part) : []) expect(flat, when).toContain(piece)
      expect(conjuncts(flat).length).toBeGreaterThanOrEqual(new Set(once.rest).size)
    }
  })

  it('keeps what fits no column word for word, whatever is beside it', () => {
    const split = splitWhen('source == "tender" && bid_close_at < now + duration("120h") && budget > 5', [SOURCE])
    expect(split).toEqual({ cells: { source: { op: 'in', values: ['tender'] } }, rest: ['bid_close_at < now + duration("120h")', 'budget > 5'] })
    expect(splitWhen('source == "a" || budget > 5', COLUMNS)).toEqual({ cells: {}, rest: ['source == "a" || budget > 5'] })
    expect(joinWhen({ cells: { budget: { op: 'span', low: { n: 5, incl: true } } }, rest: ['source == "a" || open_quote == true'] }, COLUMNS)).toBe('budget >= 5 && (source == "a" || open_quote == true)')
    expect(usedPaths(['true', 'budget > 5 && x.y == "z"', 'source == "a"'], (path) => (path === 'budget' ? 'number' : 'text'))).toEqual(['budget', 'x.y', 'source'])
  })
})

describe('a target', () => {
  it.each([
    ['张磊', { person: 'zhanglei' }], ['张磊、李娜', { people: ['zhanglei', 'lina'] }], ['江浙沪组', { team: 'jzh' }], ['公海：新线索公海', { pool: 'pool_new' }], ['负责人：华东大区', { head: 'east' }],
    ['负责人：线索所在区域', { head: 'region' }], ['客户负责人', { person: 'customer.owner' }], ['标签：节能改造 @ 华东大区', { tag: '节能改造', team: 'east' }], ['角色：销售', { role: 'rep' }], ['=customer.owner.manager', { person: 'customer.owner.manager' }], ['王五', { person: '王五' }], ['={"odd":1}', { odd: 1 }],
  ])('%s', (text, to) => {
    expect(readTarget(text, directory)).toEqual(to)
    expect(showTarget(to, directory)).toBe(text)
    expect(readTarget(showTarget(to, directory, EN_TARGET), directory)).toEqual(to)
  })
  it('reads plain names of pools, and shows what it has no words for as it is written', () => {
    expect(readTarget('新线索公海', directory)).toEqual({ pool: 'pool_new' })
    expect(readTarget(showTarget({ people: ['lina'], team: 'jzh' }, directory), directory)).toEqual({ people: ['lina'], team: 'jzh' })
  })
})

describe('a block', () => {
  it('is read as spreadsheets write it: quotes, tabs and line breaks inside cells', () => {
    expect(readBlock('a\tb\r\n"x\ty"\t"line\nbreak ""q"""\r\n')).toEqual([['a', 'b'], ['x\ty', 'line\nbreak "q"']])
    expect(readBlock('12" pipe\tb')).toEqual([['12" pipe', 'b']])
    expect(readBlock('"a"b\tc')).toEqual([['"a"b', 'c']])
    expect(readBlock('a\t\n\tb')).toEqual([['a', ''], ['', 'b']])
    expect(readBlock('')).toEqual([['']])
  })
  it('comes back as it went out: 500 random blocks', () => {
    const dice = seeded(9)
    const bits = ['a', '抖音', '"', '\t', '\n', '、', ' ', '""']
    for (let n = 0; n < 500; n += 1) {
      const width = 1 + Math.floor(dice() * 3)
      const block = Array.from({ length: 1 + Math.floor(dice() * 4) }, () => Array.from({ length: width }, () => Array.from({ length: Math.floor(dice() * 5) }, () => bits[Math.floor(dice() * bits.length)]).join('')))
      const last = block.at(-1)!
      if (width === 1 && last[0] === '') last[0] = 'x' // a last empty line is the end of the text
      expect(readBlock(writeBlock(block))).toEqual(block)
    }
  })
})

describe('the sheet', () => {
  const rows: Row[] = [{ key: 'a', name: { zh: '甲' }, when: 'source == "douyin"', to: { person: 'lina' } }, { key: 'b', when: 'true', to: { pool: 'pool_new' }, else: 'a' }]
  it('takes a pasted block and grows', () => {
    const { rows: next, range } = pasteBlock(rows, { row: 1, col: 1 }, [['官网表单', '>50万'], ['非 抖音', '很多']], sheet)
    expect(next).toHaveLength(3)
    expect(next[1]!.when).toBe('source == "web_form" && budget > 500000')
    expect(next[2]).toMatchObject({ key: 'row_3', when: 'source != "douyin"', unread: { budget: '很多' } })
    expect(readText(next[2]!, 'budget', sheet, next)).toBe('很多')
    expect(range).toEqual({ top: 1, left: 1, bottom: 2, right: 2 })
    expect(writeText(next[2]!, 'budget', '≥1万', sheet, next)).toEqual({ key: 'row_3', when: 'source != "douyin" && budget >= 10000', to: {} })
  })
  it('follows a first row of column names, whatever their order', () => {
    const { rows: next } = pasteBlock(rows, { row: 2, col: 0 }, [['派给', '来源', '名称'], ['张磊', '抖音', '丙']], sheet)
    expect(next[2]).toEqual({ key: 'row_3', when: 'source == "douyin"', to: { person: 'zhanglei' }, name: { zh: '丙' } })
  })
  it('copies, fills, moves, doubles and removes rows', () => {
    expect(copyBlock(rows, { top: 0, left: 0, bottom: 1, right: 4 }, sheet)).toEqual([['甲', '抖音', '', '', '李娜'], ['', '', '', '', '公海：新线索公海']])
    expect(fillDown(rows, { top: 0, left: 1, bottom: 1, right: 1 }, sheet)[1]!.when).toBe('source == "douyin"')
    expect(moveRow(rows, 0, 1).map((row) => row.key)).toEqual(['b', 'a'])
    expect(moveRow(rows, 0, 5)).toBe(rows)
    expect(duplicateRow(rows, 0).map((row) => row.key)).toEqual(['a', 'row_3', 'b'])
    expect(insertRow(rows, 1)[1]).toEqual({ key: 'row_3', when: 'true', to: {} })
    expect(deleteRows(rows, 0, 0)).toEqual([{ key: 'b', when: 'true', to: { pool: 'pool_new' } }])
    expect(writeText(rows[0]!, 'else', '2', { ...sheet, ids: [...sheet.ids, 'else'] }, rows).else).toBe('b')
    expect(writeText(rows[0]!, 'source', '抖音', sheet, rows)).toBe(rows[0])
  })
})
