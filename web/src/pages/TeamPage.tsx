/** The supervisor's first board: what is overdue, who holds it, and how many each person has waiting. */
import { useMemo } from 'react'
import { RunningList, useRunningLeads } from '@/features/leads/RunningLeads'
import { useTongue } from '@/lib/text'
import { useValues } from '@/metadata/useValues'
import { QueryState } from '@/metadata/QueryState'
import { Avatar } from '@/ui/Avatar'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Page } from '@/ui/Page'
import { Status } from '@/ui/Status'
import './workbench.css'

interface Load { person: string; waiting: number; overdue: number }

export default function TeamPage() {
  const { t } = useTongue()
  const running = useRunningLeads(null)
  const context = useValues(running.query.data?.people)
  const loads = useMemo(() => {
    const found = new Map<string, Load>()
    for (const { row, clock } of running.sorted) {
      if (!row.owner) continue
      const load = found.get(row.owner) ?? { person: row.owner, waiting: 0, overdue: 0 }
      found.set(row.owner, { ...load, waiting: load.waiting + 1, overdue: load.overdue + (clock.word === 'overdue' ? 1 : 0) })
    }
    return [...found.values()].toSorted((a, b) => b.overdue - a.overdue || b.waiting - a.waiting)
  }, [running.sorted])
  return (
    <Page title={t('nav.team')}>
      <h1 className="xj-headline">{running.query.data ? (running.overdue ? t('team.head', { count: running.overdue, people: loads.filter((load) => load.overdue).length }) : t('team.head_clear', { count: running.total })) : t('nav.team')}</h1>
      <div className="xj-split">
        <Card flush title={t('team.overdue')}><RunningList running={running} owners only={(clock) => clock.word === 'overdue'} /></Card>
        <Card flush title={t('team.people')}>
          {!running.query.data ? <QueryState query={running.query} /> : loads.length === 0 ? <Empty icon="person" title={t('team.nobody')} /> : (
            <ul>{loads.map((load) => (
              <li key={load.person} className="xj-row">
                <Avatar name={context.names.person(load.person) || '?'} /><span className="xj-row__main"><strong>{context.names.person(load.person)}</strong><span className="xj-small xj-muted">{t('workbench.waiting', { count: load.waiting })}</span></span>
                {load.overdue > 0 && <Status kind="overdue">{t('clock.overdue')}<b>{load.overdue}</b></Status>}
              </li>
            ))}</ul>
          )}
        </Card>
      </div>
    </Page>
  )
}
