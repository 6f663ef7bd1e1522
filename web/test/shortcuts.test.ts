import { afterEach, describe, expect, it } from 'vitest'
import { fits, ranked } from '@/app/palette/matching'
import { shortcutHandler } from '@/lib/shortcuts'

const press = (handler: (event: KeyboardEvent) => void, key: string, on: Element = document.body, more: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more })
  on.addEventListener('keydown', handler as EventListener, { once: true })
  on.dispatchEvent(event)
  on.removeEventListener('keydown', handler as EventListener)
  return event
}

describe('a shortcut', () => {
  let done: string[] = []
  let time = 0
  const actions = [{ keys: 'g l', run: () => done.push('leads') }, { keys: 'c', run: () => done.push('capture') }, { keys: 'l', run: () => done.push('l') }]
  const handler = () => { done = []; time = 0; return shortcutHandler(() => actions, () => time) }
  afterEach(() => { document.body.innerHTML = '' })

  it('is one key, or two after each other within a second', () => {
    const keys = handler()
    press(keys, 'c')
    press(keys, 'g'); press(keys, 'l')
    press(keys, 'g'); time = 1_500; press(keys, 'l')
    expect(done).toEqual(['capture', 'leads', 'l'])
  })

  it('forgets a first key that nothing begins with', () => {
    const keys = handler()
    press(keys, 'x'); press(keys, 'l')
    expect(done).toEqual(['l'])
  })

  it('rests while somebody types, composes, holds Ctrl, or a dialog stands', () => {
    const keys = handler()
    for (const tag of ['input', 'textarea', 'select']) press(keys, 'c', document.body.appendChild(document.createElement(tag)))
    const editable = document.body.appendChild(document.createElement('div'))
    editable.setAttribute('contenteditable', 'true')
    press(keys, 'c', editable)
    press(keys, 'c', document.body, { isComposing: true })
    press(keys, 'c', document.body, { ctrlKey: true })
    document.body.appendChild(document.createElement('div')).setAttribute('role', 'dialog')
    press(keys, 'c')
    expect(done).toEqual([])
  })
})

describe('the palette', () => {
  const items = [{ id: 'go/heat', name: '线索热力图', also: 'xsrlt' }, { id: 'go/leads', name: '线索', also: 'xs' }, { id: 'go/pools', name: '公海', also: 'gh' }]
  it('finds by name, initials and address, beginnings first', () => {
    expect(ranked(items, '热力').map((item) => item.id)).toEqual(['go/heat'])
    expect(ranked(items, 'xs').map((item) => item.id)).toEqual(['go/heat', 'go/leads'])
    expect(ranked(items, 'gh').map((item) => item.id)).toEqual(['go/pools'])
    expect(ranked(items, 'leads').map((item) => item.id)).toEqual(['go/leads'])
    expect(ranked([{ id: 'a', name: '我的线索' }, { id: 'b', name: '线索' }], '线索').map((item) => item.id)).toEqual(['b', 'a'])
    expect(fits(items[0]!, '')).toBe(true)
    expect(fits(items[0]!, '客户')).toBe(false)
  })
})
