/** The views of a list as tabs; the menu of the chosen one comes after the list. */
import { lazy, Suspense } from 'react'
import type { ListView } from '@/api/types'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Tabs } from '@/ui/Tabs'
import type { ViewMenuProps } from './ViewMenu'

const ViewMenu = lazy(() => import('./ViewMenu'))

interface ViewTabsProps extends ViewMenuProps { views: ListView[]; onChoose: (key: string) => void }

export function ViewTabs({ views, onChoose, ...menu }: ViewTabsProps) {
  const { t, say } = useTongue()
  const { view } = menu
  return (
    <div className="xj-views">
      {views.length > 0 && <div className="xj-views__tabs"><Tabs label={t('list.views')} value={view.key} onChange={onChoose} tabs={views.map((each) => ({ key: each.key, label: <>{say(each.name, each.key)}{each.mine && <span className="xj-sr"> {t('view.mine')}</span>}</> }))} /></div>}
      <Suspense fallback={<Button icon="more" kind="ghost" disabled aria-label={t('view.menu', { name: say(view.name, view.key) })} />}><ViewMenu {...menu} /></Suspense>
    </div>
  )
}
