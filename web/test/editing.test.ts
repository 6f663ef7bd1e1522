/** The way from a problem to its place. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { goTo } from '@/metadata/editing'

describe('going to a place', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    Element.prototype.scrollIntoView = () => undefined
    document.body.innerHTML = '<button id="problem"></button><input data-path="name"><input data-path="hours">'
    document.getElementById('problem')!.focus()
  })
  afterEach(() => { vi.useRealTimers(); document.body.innerHTML = '' })

  test('leads there, or to what holds it', () => {
    goTo('hours.0')
    vi.runAllTimers()
    expect(document.activeElement?.getAttribute('data-path')).toBe('hours')
  })

  test('pulls nobody back who types elsewhere already', () => {
    goTo('name')
    document.querySelector<HTMLElement>('[data-path=hours]')!.focus()
    vi.runAllTimers()
    expect(document.activeElement?.getAttribute('data-path')).toBe('hours')
  })
})
