/** The supervisor's board: what is overdue with its clocks, who holds how much, fairness; leads change hands in place. */
import { FigureLine } from '@/features/daily/Figures'
import { FairnessCard, LoadCard } from '@/features/daily/LoadCard'
import { useBoard } from '@/features/daily/queries'
import { useRunningLeads } from '@/features/leads/RunningLeads'
import { useTongue } from '@/lib/text'
import { Page } from '@/ui/Page'
import { TeamInbox } from './TeamInbox'
import '@/features/leads/lead.css'
import './workbench.css'

export default function TeamPage() {
  const { t } = useTongue()
  const running = useRunningLeads(null)
  const board = useBoard()
  const people = new Set(running.sorted.filter(({ clock }) => clock.word === 'overdue').map(({ row }) => row.owner)).size
  return (
    <Page title={t('nav.team')}>
      <div className="xj-bench__head">
        <h1 className="xj-headline xj-grow">{running.query.data && running.times.known ? (running.overdue ? t('team.head', { count: running.overdue, told: running.told(running.overdue), people: running.told(people) }) : t('team.head_clear', { count: running.total })) : t('nav.team')}</h1>
        {board.data && <FigureLine figures={board.data.figures} days={30} />}
      </div>
      <div className="xj-halves">
        <TeamInbox running={running} />
        <div className="xj-stack"><LoadCard /><FairnessCard /></div>
      </div>
    </Page>
  )
}
