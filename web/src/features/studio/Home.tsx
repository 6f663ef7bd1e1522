/** The studio's front: what is broken first, drafts that wait, what changed lately, then everything by kind. */
import { Link } from '@tanstack/react-router'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { useValues } from '@/metadata/useValues'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Status, Tag } from '@/ui/Status'
import { Effects } from './Effects'
import { KINDS, type Overview, type OverviewRow } from './queries'

export function Row({ row, withKind }: { row: OverviewRow; withKind?: boolean }) {
  const { t, tongue, say } = useTongue()
  const { names } = useValues()
  const by = names.person(row.draft_saved_at ? row.draft_saved_by : row.published_by)
  return (
    <li>
      <Link to="/settings/$kind/$key" params={{ kind: row.kind, key: row.key }} className="xj-row" style={{ color: 'inherit' }}>
        <span className="xj-row__main">
          <strong>{say(row.name, row.key)}</strong>
          <span className="xj-facts-line xj-small">
            {withKind && <span>{t(`definitions.kind.${row.kind}`)}</span>}
            {by ? <span>{by}</span> : row.origin && <span>{row.origin}</span>}
            <span>{moment(row.draft_saved_at ?? row.published_at, tongue)}</span>
            {!row.draft_saved_at && row.note && !row.note.startsWith('= ') && row.note !== row.origin && <span>{row.note}</span>}
            {row.quarantine && <span>{problemText(row.quarantine, t, tongue)}</span>}
          </span>
        </span>
        {row.switched_off && <Tag>{t('studio.off')}</Tag>}
        {row.draft_saved_at && <Tag tint>{t('definitions.draft')}</Tag>}
        {row.quarantine ? <Status kind="overdue">{t('definitions.quarantined')}</Status> : row.version ? <Status kind="done">{t('definitions.version', { version: row.version })}</Status> : <Status kind="idle">{t('definitions.unpublished')}</Status>}
      </Link>
    </li>
  )
}

const latest = (rows: OverviewRow[], at: 'published_at' | 'draft_saved_at') => rows.filter((row) => row[at]).toSorted((a, b) => String(b[at]).localeCompare(String(a[at])))

export function Home({ overview, find, kind, onKind }: { overview: Overview; find: string; kind: string | undefined; onKind: (kind: string) => void }) {
  const { t, say } = useTongue()
  const wanted = find.trim().toLowerCase()
  const { rows } = overview
  if (wanted || kind) {
    const shown = rows.filter((row) => (!kind || row.kind === kind) && (!wanted || say(row.name, row.key).toLowerCase().includes(wanted) || row.key.includes(wanted) || t(`definitions.kind.${row.kind}`).toLowerCase().includes(wanted)))
    return <Card flush label={t('studio.found')}>{shown.length ? <ul>{shown.map((row) => <Row key={`${row.kind}.${row.key}`} row={row} withKind={!kind} />)}</ul> : <Empty icon="search" title={wanted ? t('studio.not_found') : t('definitions.none')} />}</Card>
  }
  const broken = rows.filter((row) => row.quarantine)
  const drafts = latest(rows, 'draft_saved_at')
  const changed = latest(rows.filter((row) => row.published_by), 'published_at').slice(0, 6)
  const counts = new Map(overview.kinds.map((each) => [each.kind, each]))
  return (
    <>
      {broken.length > 0 && <Card flush title={t('studio.broken')}><ul>{broken.map((row) => <Row key={`${row.kind}.${row.key}`} row={row} withKind />)}</ul></Card>}
      <div className="xj-halves">
        <Card flush title={t('studio.drafts')}>{drafts.length ? <ul>{drafts.slice(0, 6).map((row) => <Row key={`${row.kind}.${row.key}`} row={row} withKind />)}</ul> : <Empty icon="tick" title={t('studio.no_drafts')} />}</Card>
        <Card flush title={t('studio.recent')}>{changed.length ? <ul>{changed.map((row) => <Row key={`${row.kind}.${row.key}`} row={row} withKind />)}</ul> : <Empty icon="history" title={t('studio.no_recent')}>{t('studio.no_recent_help')}</Empty>}</Card>
      </div>
      <Effects />
      <ul className="xj-kinds" aria-label={t('definitions.kinds')}>
        {KINDS.filter((each) => counts.has(each)).map((each) => (
          <li key={each}><button type="button" className="xj-kind" onClick={() => onKind(each)}><span className="xj-line"><strong>{t(`definitions.kind.${each}`)}</strong><span className="xj-muted">{counts.get(each)!.published}</span></span><span className="xj-small xj-muted">{t(`definitions.about.${each}`)}</span></button></li>
        ))}
      </ul>
    </>
  )
}
