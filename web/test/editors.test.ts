import { describe, expect, it } from 'vitest'
import { readSpan, writeSpan } from '@/features/metrics/span'
import { readWeek, setDay, writeWeek, yearOf } from '@/features/calendar/week'
import { readHours, readLine } from '@/lib/hours'
import { levelOf, scopeOf, setEntry, setLevel, setVerb } from '@/features/roles/role'
import { branchOf, guessField, mapTo, readPayload } from '@/features/sources/payload'

describe('a working week', () => {
  const office = { kind: 'calendar', key: 'office', days: '周一-周五', hours: ['08:30-12:00', '13:00-17:30'], weekly: { 周六: ['09:00-12:00'] }, holidays: '国家法定+调休', makeup_like: '周一' }
  it('is read from the words of a document and comes back as the same week', () => {
    const week = readWeek(office)
    expect(week.map((day) => day.length)).toEqual([2, 2, 2, 2, 2, 1, 0])
    const written = writeWeek(office, week)
    expect(written).toMatchObject({ days: ['mon', 'tue', 'wed', 'thu', 'fri'], hours: ['08:30-12:00', '13:00-17:30'], weekly: { sat: ['09:00-12:00'] }, holidays: '国家法定+调休' })
    expect(readWeek(written)).toEqual(week)
    expect(readWeek(writeWeek(written, week.map(() => [])))).toEqual(week.map(() => []))
  })
  it('reads hours as people type them', () => {
    expect(readHours('8:30－12:00')).toBeNull()
    expect(readHours('20:00-次日02:00')).toEqual([1200, 1560])
    expect(readLine('08:30-12:00，13:00-17:30')).toEqual([[510, 720], [780, 1050]])
    expect(readLine('')).toEqual([])
    expect(readLine('9点')).toBeNull()
  })
  it('lays own exceptions over holidays, and cuts a span around a day', () => {
    const own = { ...office, exceptions: [{ from: '2026-05-04', to: '2026-05-08', hours: [], name: '盘点' }] }
    const days = yearOf(2026, own, [{ day: '2026-05-01', works: false, name: '劳动节' }, { day: '2026-05-09', works: true, name: '劳动节' }])
    const day = (date: string, list = days) => list.find((each) => each.date === date)!
    expect([day('2026-05-01').kind, day('2026-05-05').kind, day('2026-05-09').kind, day('2026-05-10').kind]).toEqual(['holiday', 'own', 'makeup', 'off'])
    expect(day('2026-05-09').hours).toHaveLength(2)
    const cut = setDay(own, '2026-05-06', null)
    expect(cut.exceptions).toEqual([{ hours: [], name: '盘点', from: '2026-05-04', to: '2026-05-05' }, { hours: [], name: '盘点', from: '2026-05-07', to: '2026-05-08' }])
    expect(day('2026-05-06', yearOf(2026, cut, [])).kind).toBe('work')
    expect(setDay({ holidays: 'cn' }, '2026-01-02', null)).toEqual({ holidays: 'cn' })
  })
})

describe('a role', () => {
  const rep = { rows: { default: 'own', lead: { read: 'owner == me.id', create: 'all' } }, fields: { hide: ['product.cost', 'deal.*'], mask: ['lead.mobile'] } }
  it('says scopes as the server reads them', () => {
    expect([scopeOf(rep.rows.lead, 'export'), scopeOf(rep.rows.lead, 'update'), scopeOf('team', 'delete'), scopeOf(undefined, 'read')]).toEqual(['owner == me.id', 'none', 'team', 'none'])
    expect(setVerb('team', 'delete', 'none')).toEqual({ read: 'team', create: 'team', update: 'team', delete: 'none', export: 'team' })
    expect(setEntry({ rows: 'all' }, 'lead', 'own').rows).toEqual({ default: 'all', lead: 'own' })
    expect(setEntry(rep, 'lead', undefined).rows).toEqual({ default: 'own' })
  })
  it('sets a level and leaves every other name in the lists', () => {
    expect([levelOf(rep, 'lead', 'mobile'), levelOf(rep, 'deal', 'amount'), levelOf(rep, 'lead', 'name')]).toEqual(['masked', 'hidden', 'write'])
    const next = setLevel(rep, 'lead', 'mobile', 'hidden')
    expect(next.fields).toEqual({ hide: ['product.cost', 'deal.*', 'lead.mobile'] })
    expect(setLevel(setLevel({}, 'lead', 'x', 'read'), 'lead', 'x', 'write')).toEqual({})
    const only = { fields: { only: ['lead.name'] } }
    expect(levelOf(only, 'lead', 'mobile')).toBe('hidden')
    expect(setLevel(only, 'lead', 'mobile', 'masked').fields).toEqual({ only: ['lead.name', 'lead.mobile'], mask: ['lead.mobile'] })
    expect(setLevel(only, 'lead', 'name', 'hidden').fields).toEqual({ only: [] })
  })
})

describe('a payload', () => {
  it('is a tree of values with the paths a mapping reads', () => {
    const payload = readPayload('{"a":{"手机":"1"},"list":[{"x-y":2,"it\'s":3}]}')
    const tree = branchOf(payload)
    const paths: string[] = []
    const walk = (branch: ReturnType<typeof branchOf>) => { if (branch.children) branch.children.forEach(walk); else paths.push(branch.path) }
    walk(tree)
    expect(paths).toEqual(['$.a.手机', '$.list[0].x-y', '$.list[0]["it\'s"]'])
    expect(readPayload('name=%E5%BC%A0&mobile=1')).toEqual({ name: '张', mobile: '1' })
    expect(readPayload('<xml/>')).toBeNull()
  })
  it('maps a value and keeps what else stood at the field', () => {
    expect(mapTo({ intent: { path: '$.old', map: { 高: 'A' } } }, 'intent', '$.level')).toEqual({ intent: { path: '$.level', map: { 高: 'A' } } })
    expect(mapTo({}, 'name', '$.n')).toEqual({ name: '$.n' })
    expect([guessField('tel', 'x', ['mobile']), guessField('q7', '13900001111', ['mobile']), guessField('q8', 'hello', ['mobile'])]).toEqual(['mobile', 'mobile', null])
  })
})

describe('the time between two moments', () => {
  const moments = new Set(['created_at', 'first_response_at', 'deal.won_at'])
  it('is read from an expression and written as the same one', () => {
    for (const text of ['working_minutes_between(created_at, first_response_at)', 'deal.won_at - created_at']) expect(writeSpan(readSpan(text, moments)!)).toBe(text)
    expect(readSpan('deal.won_at - created_at', moments)).toEqual({ working: false, from: 'created_at', to: 'deal.won_at' })
  })
  it('is told from every other expression', () => {
    for (const text of ['', 'amount', 'amount - cost', 'working_minutes_between(created_at, unknown_at)', 'deal.won_at - created_at + duration("1h")', '2 * working_minutes_between(created_at, first_response_at)']) expect(readSpan(text, moments), text).toBeNull()
  })
})
