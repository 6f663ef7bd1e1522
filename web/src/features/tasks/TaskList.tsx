/** Tasks as rows: state, title, subject, one button to finish. */
import { Link } from '@tanstack/react-router'
import type { RecordRow } from '@/api/types'
import { useNow } from '@/lib/clock'
import { useTongue } from '@/lib/text'
import { exact, moment } from '@/lib/time'
import { useUpdateRecord } from '@/metadata/records'
import { useDone, useRefused } from '@/metadata/undo'
import type { ValueContext } from '@/metadata/values'
import { Button } from '@/ui/Button'
import { Status, type StatusKind } from '@/ui/Status'

/** How a task stands at `now`. */
export function taskState(task: RecordRow, now: number): StatusKind {
  if (task.status !== 'open') return 'done'
  const due = typeof task.due_at === 'string' ? Date.parse(task.due_at) : null
  if (due === null) return 'idle'
  return due < now ? 'overdue' : due - now < 600_000 ? 'soon' : 'ontrack'
}

export function TaskList({ tasks, context }: { tasks: RecordRow[]; context: ValueContext }) {
  const now = useNow(15_000)
  return <ul>{tasks.map((task) => <TaskRow key={task.id} task={task} now={now} context={context} />)}</ul>
}

/** `first`: it stands first in the list of what to do and carries the screen's primary button. */
export function TaskRow({ task, now, context, first }: { task: RecordRow; now: number; context: ValueContext; first?: boolean }) {
  const { t, tongue } = useTongue()
  const update = useUpdateRecord('task')
  const done = useDone()
  const refused = useRefused()
  const state = taskState(task, now)
  const subject = typeof task.subject_lead === 'string' ? task.subject_lead : null
  const owner = context.names.person(typeof task.assignee === 'string' ? task.assignee : null)
  const due = typeof task.due_at === 'string' ? task.due_at : null
  const finish = () => update.mutate({ id: task.id, version: task.version, values: { status: 'done' }, was: task }, { onSuccess: (written) => done(t('task.done'), written?.change), onError: refused })
  return (
    <li className={state === 'overdue' ? 'xj-row xj-row--overdue' : 'xj-row'} style={{ flexWrap: 'wrap' }} data-task={task.id}>
      <Status kind={state} {...(due ? { title: exact(due) } : {})}>{t(`task.state.${state}`)}{due && state !== 'done' && <b>{moment(due, tongue)}</b>}</Status>
      <div className="xj-row__main">
        {subject ? <Link to="/leads/$id" params={{ id: subject }} style={{ color: 'inherit' }}><strong>{String(task.title ?? '')}</strong></Link> : <strong>{String(task.title ?? '')}</strong>}
        <span className="xj-facts-line xj-small">{subject && context.related?.[subject] && <span>{context.related[subject]}</span>}{owner && <span>{owner}</span>}</span>
        {typeof task.pack === 'string' && task.pack && <details><summary className="xj-small">{t('task.pack')}</summary><div className="xj-quote xj-pre">{task.pack}</div></details>}
      </div>
      {state !== 'done' && task.can?.update !== false && <Button icon="tick" {...(first ? { kind: 'primary' as const } : {})} disabled={update.isPending} onClick={finish}>{t('task.finish')}</Button>}
    </li>
  )
}
