import { describe, expect, it } from 'vitest'
import type { RecordRow } from '@/api/types'
import { homePath } from '@/metadata/home'
import { byPlace, leadClock, nextStep, urgentClock, workClock } from '@/features/leads/sla'
import { longDay, moment, span, fromLocalInput, toLocalInput } from '@/lib/time'
import { clockNow, setClock } from '@/lib/clock'

const NOW = Date.parse('2026-02-10T02:00:00Z')
const lead = (more: Partial<RecordRow> = {}): RecordRow => ({ id: 'l', version: 1, created_at: '2026-02-10T01:30:00Z', assigned_at: '2026-02-10T01:30:00Z', owner: 'p', status: 'assigned', ...more })
const due = (minutes: number, key = 'remind') => ({ record: 'l', key, due: new Date(NOW + minutes * 60_000).toISOString() })

describe('the response clock of a lead', () => {
  it('counts down to the next step, soon from ten minutes on, and names the instant beyond an hour', () => {
    expect(leadClock(lead(), [due(42)], [], NOW)).toMatchObject({ kind: 'ontrack', word: 'left', ms: 42 * 60_000 })
    expect(leadClock(lead(), [due(10)], [], NOW)).toMatchObject({ kind: 'soon', word: 'left' })
    expect(leadClock(lead(), [due(90)], [], NOW)).toMatchObject({ kind: 'ontrack', word: 'until' })
  })

  it('takes the earliest waiting timer', () => {
    expect(leadClock(lead(), [due(300, 'pool'), due(30, 'remind')], [], NOW).step?.key).toBe('remind')
  })

  it('is overdue from the first step that fired, while later steps still wait', () => {
    const fired = [{ record: 'l', key: 'remind', at: '2026-02-10T01:45:00Z' }, { record: 'l', key: 'escalate', at: '2026-02-10T01:55:00Z' }]
    expect(leadClock(lead(), [due(180, 'pool')], fired, NOW)).toMatchObject({ kind: 'overdue', word: 'overdue', ms: 15 * 60_000, step: { key: 'pool' } })
  })

  it('is overdue when its time has passed and the worker has not come yet', () => {
    expect(leadClock(lead(), [due(-1)], [], NOW)).toMatchObject({ kind: 'overdue', ms: 60_000 })
  })

  it('stops with the response and says how long it took', () => {
    expect(leadClock(lead({ first_response_at: '2026-02-10T01:48:00Z' }), [due(5)], [], NOW)).toMatchObject({ kind: 'done', word: 'answered', ms: 18 * 60_000 })
  })

  it('does not run in a pool or after the end', () => {
    expect(leadClock(lead({ pool: 'pool_new', owner: null }), [due(5)], [], NOW).word).toBe('pooled')
    expect(leadClock(lead({ status: 'invalid' }), [], [], NOW).word).toBe('closed')
    expect(leadClock(lead(), [], [], NOW).word).toBe('stopped')
  })
})

describe('the two clocks of an urgent need', () => {
  const urgent = (more: Partial<RecordRow> = {}) => lead({ urgent: true, urgent_at: '2026-02-10T01:30:00Z', ...more })
  const answer = (minutes: number) => ({ ...due(minutes, 'urgent_answer'), stops: ['touch.response'] })
  const solution = (minutes: number) => ({ ...due(minutes, 'urgent_solution'), stops: ['touch.solution', 'quote.sent'] })

  it('shows the limit of the answer, not the reminder before it, and no other timer', () => {
    expect(urgentClock(urgent(), [answer(20), answer(50), solution(900), due(5)], [], NOW)).toMatchObject({ kind: 'ontrack', of: 'answer', word: 'left', ms: 50 * 60_000 })
    expect(urgentClock(urgent(), [answer(8)], [], NOW)).toMatchObject({ kind: 'soon', of: 'answer' })
  })

  it('turns to the solution once it is answered, though the response clock has stopped', () => {
    const row = urgent({ first_response_at: '2026-02-10T01:48:00Z', urgent_answered_at: '2026-02-10T01:48:00Z' })
    expect(urgentClock(row, [solution(600), solution(900)], [], NOW)).toMatchObject({ of: 'solution', word: 'until', ms: 900 * 60_000 })
    expect(workClock(row, [solution(900)], [], NOW)).toMatchObject({ word: 'until' })
    expect(leadClock(row, [], [], NOW).word).toBe('answered')
  })

  it('is late from the limit on, when every timer of the promise has fired', () => {
    const fired = [{ record: 'l', key: 'urgent_a', at: '2026-02-10T01:40:00Z', stops: ['touch.response'] }, { record: 'l', key: 'urgent_b', at: '2026-02-10T01:50:00Z', stops: ['touch.response'] }]
    expect(urgentClock(urgent(), [solution(900)], fired, NOW)).toMatchObject({ kind: 'overdue', of: 'answer', ms: 10 * 60_000 })
  })

  it('ends with the solution, and is none for what is not urgent', () => {
    expect(urgentClock(urgent({ solution_at: '2026-02-10T03:30:00Z' }), [], [], NOW)).toMatchObject({ kind: 'done', word: 'given', ms: 120 * 60_000 })
    expect(urgentClock(lead(), [answer(5)], [], NOW)).toBeNull()
    expect(urgentClock(urgent({ status: 'invalid' }), [answer(5)], [], NOW)).toBeNull()
  })

  it('asks for the answer first, then for the solution', () => {
    expect(nextStep(urgent({ first_response_at: 'x', status: 'working' }), {}, [], NOW).action).toBe('first_contact')
    expect(nextStep(urgent({ first_response_at: 'x', urgent_answered_at: 'x', status: 'working' }), {}, [], NOW).action).toBe('give_solution')
    expect(nextStep(urgent({ first_response_at: 'x', urgent_answered_at: 'x', solution_at: 'x', status: 'working' }), {}, [], NOW).action).toBe('schedule')
  })
})

describe('the order of what to do now', () => {
  it('puts urgent needs first, then what is late and what soon will be, VIP before others, then by time', () => {
    const at = (name: string, more: object) => ({ name, pressing: false, late: false, soon: false, vip: false, due: NOW, ...more })
    const rows = [at('later', { due: NOW + 2 }), at('plain', {}), at('vip', { vip: true, due: NOW + 9 }), at('soon', { soon: true, due: NOW + 5 }), at('late', { late: true, due: NOW - 5 }), at('late vip', { late: true, vip: true }), at('urgent', { pressing: true, due: NOW + 99 })]
    expect(rows.toSorted(byPlace).map((row) => row.name)).toEqual(['urgent', 'late vip', 'late', 'soon', 'vip', 'plain', 'later'])
  })
})

describe('the one next action', () => {
  const task = (minutes: number) => ({ id: `t${minutes}`, version: 1, status: 'open', due_at: new Date(NOW + minutes * 60_000).toISOString() })
  const of = (more: Partial<RecordRow>, tasks: RecordRow[] = [], can = {}) => nextStep(lead(more), can, tasks, NOW)
  it('follows the state of the lead', () => {
    expect(of({ pool: 'p', owner: null }).action).toBe('pick')
    expect(of({ owner: null }, [], { assign: true }).action).toBe('assign')
    expect(of({}, [task(-5)]).action).toBe('first_contact')
    expect(of({ first_response_at: 'x', status: 'working' }).action).toBe('schedule')
    expect(of({ first_response_at: 'x', status: 'working' }, [task(60), task(30)])).toMatchObject({ action: 'scheduled', task: { id: 't30' } })
    expect(of({ first_response_at: 'x', status: 'qualified' }, [task(60), task(-1)])).toMatchObject({ action: 'do_task', task: { id: 't-1' } })
    expect(of({ first_response_at: 'x', status: 'qualified' }, [task(60)]).action).toBe('convert')
    expect(of({ status: 'converted', deal: 'd' }).action).toBe('open_deal')
    expect(of({ status: 'invalid' }).action).toBe('none')
  })
})

describe('the first screen after signing in', () => {
  it('is what the role says, as far as it may be opened', () => {
    expect(homePath({ home: 'board', rights: ['assign'] })).toBe('/team')
    expect(homePath({ home: 'board', rights: [] })).toBe('/')
    expect(homePath({ home: 'payments', rights: ['export'] })).toBe('/records/deal')
    expect(homePath({ home: 'moon', rights: ['*'] })).toBe('/')
  })
})

describe('times in words', () => {
  it('are as short as is clear today, in both languages', () => {
    expect(moment('2026-02-10T01:01:00Z', 'zh-CN', NOW, 'Asia/Shanghai')).toBe('09:01')
    expect(moment('2026-02-09T09:40:00Z', 'zh-CN', NOW, 'Asia/Shanghai')).toBe('昨天 17:40')
    expect(moment('2026-02-06T08:20:00Z', 'en', NOW, 'Asia/Shanghai')).toBe('Fri 16:20')
    expect(moment('2025-12-31T16:00:00Z', 'zh-CN', NOW, 'Asia/Shanghai')).toBe('1月1日 00:00')
    expect(moment('2025-12-31T15:00:00Z', 'en', NOW, 'Asia/Shanghai')).toBe('31 Dec 2025 23:00')
    expect(longDay(NOW, 'zh-CN', 'Asia/Shanghai')).toBe('2月10日 星期二')
  })

  it('shows spans as minutes and seconds below an hour, in words above', () => {
    expect(span(-728_000, 'zh-CN')).toBe('12:08')
    expect(span(3 * 3_600_000 + 20 * 60_000, 'zh-CN')).toBe('3 小时 20 分')
    expect(span(52 * 3_600_000, 'en')).toBe('2 d 4 h')
  })

  it('reads what is typed in the workspace’s zone', () => {
    expect(fromLocalInput('2026-02-10T10:00', 'Asia/Shanghai')).toBe('2026-02-10T02:00:00.000Z')
    expect(toLocalInput('2026-02-10T02:00:00Z')).toBe('2026-02-10T10:00')
  })

  it('stand still on a fixed clock and run on a moved one', async () => {
    setClock({ now: '2026-02-10T02:00:00Z', fixed: true, moved: true, zone: 'Asia/Shanghai' })
    const before = clockNow()
    await new Promise((resolve) => setTimeout(resolve, 15))
    expect(clockNow()).toBe(before)
    setClock({ now: '2026-02-10T02:00:00Z', fixed: false, moved: true, zone: 'Asia/Shanghai' })
    await new Promise((resolve) => setTimeout(resolve, 15))
    expect(clockNow()).toBeGreaterThan(NOW)
  })
})
