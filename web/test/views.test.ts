import { describe, expect, it } from 'vitest'
import { freshKey, momentWord, wanted } from '@/features/guidance/GuidanceEditor'
import { figureText } from '@/features/studio/Effects'
import { changed, viewOf } from '@/features/views/ViewEditor'
import { headsOf, itemsOf } from '@/metadata/lists/groups'

describe('a shared view in the studio', () => {
  const document = { kind: 'list_view', key: 'v', name: { zh: '甲' }, object: 'lead', columns: ['name', { field: 'budget', width: 120 }], filter: 'owner == null  && x', sort: ['-created_at'], note_of_ours: 1 }
  it('keeps its filter word for word, its widths and whatever the list does not know', () => {
    expect(viewOf(document)).toMatchObject({ columns: ['name', 'budget'], widths: { budget: 120 } })
    expect(changed(document, { group_by: 'intent' })).toEqual({ ...document, group_by: 'intent' })
    expect(changed({ ...document, group_by: 'intent' }, { group_by: undefined })).toEqual(document)
  })
})

describe('guidance', () => {
  it('knows its moments by name, and gives items keys that are free', () => {
    expect([momentWord('lead', { field: 'status', to: 'converted' }), momentWord('lead', { open: true }), momentWord('deal', { field: 'status', to: ['won'] })]).toEqual(['convert', 'open', 'field'])
    expect([wanted({ field: 'a', to: 'x' }), wanted({ field: 'a', to: ['x', 'y'] }), wanted({ open: true })]).toEqual([['x'], ['x', 'y'], []])
    expect(freshKey([{ key: 'item_2', text: {} }])).toBe('item_3')
  })
})

describe('groups by what rows belong to', () => {
  it('stand in the order of the names, the empty one last, and know how many rows are here', () => {
    const field = { key: 'customer', kind: 'relation', name: {}, can: 'read' }
    const names: Record<string, string> = { b: '安', a: '张' }
    const heads = headsOf([{ customer: 'a', count: 2 }, { customer: null, count: 1 }, { customer: 'b', count: 1 }], field, {}, (value) => names[String(value)] ?? '')
    expect(heads.map((head) => head.key)).toEqual(['b', 'a', ''])
    const items = itemsOf([{ id: '1', version: 1, customer: 'a' }], heads, 'customer', new Set())
    expect(items.map((item) => (item.kind === 'group' ? [item.head.key, item.loaded] : item.row.id))).toEqual([['b', 0], ['a', 1], '1', ['', 0]])
  })
})

describe('what a change came to', () => {
  it('is read in its unit', () => {
    expect([figureText(0.714, '%'), figureText(13.68, '分钟'), figureText(4, null)]).toEqual(['71%', '13.7 分钟', '4'])
  })
})
