import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { FieldDefinition, RecordRow } from '@/api/types'
import { readDraft, writeDraft } from '@/lib/drafts'
import { addRecent, recentOf } from '@/lib/recent'
import { ApiError } from '@/lib/api'
import { clashes } from '@/metadata/Conflict'
import { versionToWriteOn } from '@/metadata/records'

const field = (key: string): FieldDefinition => ({ key, kind: 'text', name: { zh: key }, can: 'write' })
const row = (values: Record<string, unknown>, version: number): RecordRow => ({ id: 'x', version, ...values })

describe('two people changed one record', () => {
  const fields = ['name', 'need', 'area', 'note'].map(field)
  it('asks only about fields that both changed to different values', () => {
    const base = row({ name: 'A', need: 'B', area: ['1'], note: null }, 1)
    const theirs = row({ name: 'theirs', need: 'B', area: ['2'], note: 'same' }, 2)
    const typed = { name: 'mine', need: 'mine', area: ['1'], note: 'same' }
    expect(clashes(fields, base, typed, theirs).map(({ field: { key }, mine, theirs: other }) => [key, mine, other])).toEqual([['name', 'mine', 'theirs']])
  })
})

describe('a write refused for an older version', () => {
  const was = row({ stage: 'a', next_step: null, area: [] }, 1)
  const refused = (diff: Record<string, unknown>, code = 'records.version_conflict') => new ApiError(409, code, { version: 4, diff })
  const asked = { id: 'x', version: 1, values: { stage: 'b' }, was }
  it('goes on with the newest while what it writes still is as it was seen', () => {
    expect(versionToWriteOn(refused({ stage: { current: 'a', yours: 'b' } }), asked)).toBe(4)
    expect(versionToWriteOn(refused({}), asked)).toBe(4) // it stands so already
    expect(versionToWriteOn(refused({ area: { current: null, yours: ['1'] } }), { ...asked, values: { area: ['1'] } })).toBe(4)
  })
  it('stays refused when somebody changed the same, when nobody says what was seen, and for any other reason', () => {
    expect(versionToWriteOn(refused({ stage: { current: 'c', yours: 'b' } }), asked)).toBeNull()
    expect(versionToWriteOn(refused({ stage: { current: 'a', yours: 'b' } }), { id: 'x', version: 1, values: { stage: 'b' } })).toBeNull()
    expect(versionToWriteOn(refused({}, 'records.invalid'), asked)).toBeNull()
  })
})

describe('what is being written', () => {
  beforeEach(() => { localStorage.clear(); vi.useRealTimers() })
  it('is read again, and for a week only', () => {
    writeDraft('lead.1', { name: '王' })
    expect(readDraft('lead.1')).toEqual({ name: '王' })
    vi.useFakeTimers({ now: Date.now() + 8 * 86_400_000 })
    expect(readDraft('lead.1')).toBeNull()
  })
  it('survives a browser without storage', () => {
    const broken = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => { throw new Error('denied') })
    writeDraft('lead.2', 'kept')
    expect(readDraft('lead.2')).toBe('kept')
    broken.mockRestore()
  })
})

describe('the records opened last', () => {
  it('stand newest first, once each, eight at most', () => {
    for (let n = 0; n < 10; n++) addRecent('w', { path: `/leads/${n}`, title: String(n) })
    addRecent('w', { path: '/leads/5', title: 'five' })
    expect(recentOf('w').map((each) => each.title)).toEqual(['five', '9', '8', '7', '6', '4', '3', '2'])
    expect(recentOf('other')).toEqual([])
  })
})
