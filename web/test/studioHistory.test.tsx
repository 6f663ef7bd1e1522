import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'

const rows = [
  { version: 2, status: 'published', note: '在路上发的', saved_at: null, published_at: null }, { version: 1, status: 'superseded', note: 'base/0.1.0', saved_at: null, published_at: null },
]
vi.mock('@/features/studio/queries', () => ({ useVersions: () => ({ data: rows }), useUsage: () => ({}) }))
vi.mock('@/metadata/useValues', () => ({ useValues: () => ({ names: { person: () => '' } }) }))
vi.mock('@/lib/text', async (actual) => ({ ...(await actual<object>()), useTongue: () => ({ t: (key: string) => key, tongue: 'zh-CN', say: () => '' }) }))

const { History } = await import('@/features/studio/Sides')

describe('the history of a definition', () => {
  afterEach(cleanup)
  it('offers to go back to every version but the one in force, whatever the page around it still knows', () => {
    const back = vi.fn()
    render(<History kind="rule" name="r" may busy={false} onBack={back} onCompare={() => undefined} />)
    const offered = screen.getAllByRole('button', { name: /roll_back/ })
    expect(offered).toHaveLength(1)
    offered[0]!.click()
    expect(back).toHaveBeenCalledExactlyOnceWith(1)
  })
})
