import { describe, expect, it } from 'vitest'
import { safeNext } from '@/lib/nextPath'

const HOME = 'https://xingji.test'

describe('the place after signing in', () => {
  it('is a path of this application, with its query', () => {
    expect(safeNext('/leads?filter=a#b', HOME)).toBe('/leads?filter=a#b')
  })

  it.each([
    undefined, '', 'leads', '//evil.test', '/\\evil.test', '/\t/evil.test', '/\n/evil.test', '/\r\\evil.test', '/.//evil.test', '/x/..//evil.test',
    'https://evil.test', 'https:/evil.test', 'javascript:alert(1)', 'data:text/html,x', '\\\\evil.test', ' //evil.test', '//[', '/sign-in?next=/sign-in',
  ])('is never anywhere else: %j', (next) => {
    const path = safeNext(next, HOME)
    expect(path.startsWith('//')).toBe(false)
    expect(new URL(path, HOME).origin).toBe(HOME)
    expect(path).toBe('/')
  })
})
