/** Tasks: mine first, overdue first; a new one in a drawer. */
import { lazy, Suspense, useMemo, useState } from 'react'
import { TaskList } from '@/features/tasks/TaskList'
import { useTongue } from '@/lib/text'
import { CountLine } from '@/metadata/CountLine'
import { QueryState } from '@/metadata/QueryState'
import { joinPages, useRecordList } from '@/metadata/records'
import { useObject } from '@/metadata/schema'
import { useMe } from '@/metadata/session'
import { useValues } from '@/metadata/useValues'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Drawer } from '@/ui/heavy'
import { Page } from '@/ui/Page'
import { Tabs } from '@/ui/Tabs'
import '@/features/leads/lead.css'

const RecordForm = lazy(() => import('@/metadata/RecordForm').then((part) => ({ default: part.RecordForm })))

/** What a person says of a task; the rest is the rules'. */
const ASKED = ['title', 'assignee', 'due_at', 'note', 'subject_customer', 'subject_deal', 'subject_lead']

type Which = 'mine' | 'all' | 'done'

export default function TasksPage() {
  const { t, say } = useTongue()
  const { meta } = useObject('task')
  const [creating, setCreating] = useState(false)
  const name = say(meta?.definition.name)
  const me = useMe()?.person?.id
  const [which, setWhich] = useState<Which>(me ? 'mine' : 'all')
  const filter = which === 'done' ? 'status == "done"' : which === 'mine' && me ? `status == "open" && assignee == "${me}"` : 'status == "open"'
  const query = useRecordList('task', { filter, sort: which === 'done' ? '-created_at' : 'due_at' })
  const { rows, people, related, count, capped } = useMemo(() => joinPages(query.data), [query.data])
  const context = useValues(people, related)
  const tabs: Which[] = me ? ['mine', 'all', 'done'] : ['all', 'done']
  return (
    <Page title={t('nav.tasks')}>
      <div className="xj-page__head">
        <h1><CountLine count={count} capped={capped} pending={query.isPending} one={which === 'done' ? 'task.count_done' : 'task.count'} /></h1>
        <div className="xj-page__actions"><Tabs label={t('nav.tasks')} value={which} onChange={setWhich} tabs={tabs.map((key) => ({ key, label: t(`task.tab.${key}`) }))} />{meta?.definition.can?.create !== false && meta && <Button kind="primary" icon="plus" onClick={() => setCreating(true)}>{t('form.create', { name })}</Button>}</div>
      </div>
      <Card flush label={t('nav.tasks')}>
        {!query.data || query.error ? <QueryState query={query} /> : rows.length === 0 ? <Empty icon="task" title={t('task.none')}>{t('task.none_help')}</Empty> : <TaskList tasks={rows} context={context} />}
        {query.hasNextPage && <div className="xj-list__foot"><Button kind="ghost" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('common.more_rows')}</Button></div>}
      </Card>
      <Drawer open={creating} title={t('form.create', { name })} onClose={() => setCreating(false)} width={560}>
        {meta && <Suspense fallback={null}><RecordForm object="task" meta={meta} fields={ASKED.flatMap((key) => meta.fields.get(key) ?? [])} start={me ? { assignee: me } : {}} onClose={() => setCreating(false)} {...(people ? { people } : {})} /></Suspense>}
      </Drawer>
    </Page>
  )
}
