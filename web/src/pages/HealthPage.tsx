/** Process health of the team: how many deals are red, whose, and of each the first missing actions with their owners. */
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Band, percent, Supplier } from '@/features/deal/HealthCard'
import { useHealthBoard, type Health, type HealthBoard, type OwnerHealth } from '@/features/deal/queries'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { useObject, useSchema } from '@/metadata/schema'
import { useValues } from '@/metadata/useValues'
import { optionName } from '@/metadata/values'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { Tabs } from '@/ui/Tabs'
import '@/features/deal/deal.css'

const BANDS = ['red', 'yellow', 'green'] as const
type BandKey = (typeof BANDS)[number]

export default function HealthPage() {
  const { t } = useTongue()
  const search = useSearch({ strict: false }) as { object?: string }
  const navigate = useNavigate()
  const { data: schema } = useSchema()
  const objects = schema?.objects.filter((each) => each.fields.some((field) => field.key === 'playbook')) ?? []
  const object = objects.find((each) => each.key === search.object)?.key ?? objects[0]?.key ?? 'deal'
  const query = useHealthBoard(object)
  const board = query.data
  return (
    <Page title={t('nav.health')}>
      <div className="xj-page__head">
        <h1>{!board ? t('nav.health') : board.total.count ? (board.total.red ? t('health.head', { red: board.total.red, count: board.total.count }) : t('health.head_none', { count: board.total.count })) : t('health.empty')}</h1>
        {objects.length > 1 && <div className="xj-page__actions"><ObjectTabs objects={objects.map((each) => each.key)} value={object} onChange={(next) => void navigate({ to: '/health', search: { object: next } })} /></div>}
      </div>
      {!board ? <Card flush><QueryState query={query} rows={6} /></Card> : !board.total.count ? <Card><Empty icon="task" title={t('health.empty')}>{board.unverified ? t('health.unverified', { count: board.unverified }) : t('health.empty_help')}</Empty></Card> : <Board key={object} object={object} board={board} />}
    </Page>
  )
}

function ObjectTabs({ objects, value, onChange }: { objects: string[]; value: string; onChange: (key: string) => void }) {
  const { t, say } = useTongue()
  const { data: schema } = useSchema()
  return <Tabs label={t('health.which')} value={value} onChange={onChange} tabs={objects.map((key) => ({ key, label: say(schema?.objects.find((each) => each.key === key)?.name, key) }))} />
}

function Board({ object, board }: { object: string; board: HealthBoard }) {
  const { t } = useTongue()
  const { total } = board
  const teams = useTeams(board.owners)
  return (
    <>
      <Card>
        <dl className="xj-health__total">
          {BANDS.map((band) => <div key={band}><dt><Band health={{ band, score: total.count ? total[band] / total.count : 0 }} /></dt><dd><strong>{t('health.deals', { count: total[band] })}</strong></dd></div>)}
          <div><dt>{t('health.score')}</dt><dd><strong>{percent(total.score)}</strong> <span className="xj-small xj-muted">{t('deal.done_of', { done: total.done, due: total.due })}</span></dd></div>
        </dl>
        <p className="xj-small xj-muted">{t('health.how', { green: percent(board.bands.green), red: percent(board.bands.red) })}{board.capped ? ` ${t('health.capped')}` : ''}{board.unverified > 0 ? ` ${t('health.unverified', { count: board.unverified })}` : ''}</p>
      </Card>
      {teams.map(({ key, name, owners }) => (
        <Card key={key} flush title={teams.length > 1 ? t('health.team', { team: name, count: sumOf(owners, 'count'), red: sumOf(owners, 'red') }) : t('health.by_person')}>
          <ul>{owners.map((owner) => <Owner key={owner.owner ?? 'none'} object={object} row={owner} board={board} first={board.owners[0] === owner} />)}</ul>
        </Card>
      ))}
    </>
  )
}

const sumOf = (owners: OwnerHealth[], key: 'count' | 'red') => owners.reduce((sum, owner) => sum + owner[key], 0)

/** Owners by their unit, the unit with the weakest owner first. */
function useTeams(owners: OwnerHealth[]) {
  const { say } = useTongue()
  const { data: schema } = useSchema()
  const unitOf = new Map(schema?.people.map((person) => [person.id, person.unit ?? '']))
  const found = new Map<string, OwnerHealth[]>()
  for (const owner of owners) { const unit = unitOf.get(owner.owner ?? '') ?? ''; found.set(unit, [...(found.get(unit) ?? []), owner]) }
  return [...found].map(([key, list]) => ({ key, owners: list, name: say(schema?.units.find((unit) => unit.key === key || unit.id === key)?.name, '–') }))
}

function Owner({ object, row, board, first }: { object: string; row: OwnerHealth; board: HealthBoard; first: boolean }) {
  const { t } = useTongue()
  const context = useValues(board.people)
  const [open, setOpen] = useState(row.red > 0 && first)
  const name = context.names.person(row.owner) || t('health.nobody')
  const band: BandKey = row.score > board.bands.green ? 'green' : row.score < board.bands.red ? 'red' : 'yellow'
  return (
    <li className="xj-health__owner" data-owner={name}>
      <h3><button type="button" className="xj-row" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Band health={{ band, score: row.score }} />
        <span className="xj-row__main"><strong>{name}</strong><span className="xj-facts-line xj-small"><span>{t('health.deals', { count: row.count })}</span><span>{t('deal.done_of', { done: row.done, due: row.due })}</span></span></span>
        <span className="xj-health__bar" role="img" aria-label={t('health.mix', { red: row.red, yellow: row.yellow, green: row.green })}>{BANDS.map((each) => row[each] > 0 && <i key={each} data-band={each} style={{ flexGrow: row[each] }}>{row[each]}</i>)}</span>
        <Icon name={open ? 'up' : 'down'} />
      </button></h3>
      {open && <ul className="xj-health__worst">{row.worst.map((each) => <Worst key={each.record} object={object} row={each} />)}</ul>}
    </li>
  )
}

function Worst({ object, row }: { object: string; row: Health }) {
  const { t, tongue, say } = useTongue()
  const { meta } = useObject(object)
  const stage = meta?.fields.get('stage')
  return (
    <li className="xj-health__deal" data-deal={row.title ?? row.record}>
      <Band health={row} />
      <div className="xj-row__main">
        <Link className="xj-health__title" to="/records/$object/$id" params={{ object, id: row.record }}><strong>{row.title || '—'}</strong></Link>
        <span className="xj-facts-line xj-small">{stage && row.stage && <span>{optionName(stage, row.stage, tongue)}</span>}<span>{t('deal.done_of', { done: row.done, due: row.due })}</span></span>
        {row.missing.length > 0 && <ul className="xj-health__lacks" aria-label={t('deal.first_missing')}>{row.missing.map((each) => <li key={each.action}><Link to="/records/$object/$id" params={{ object, id: row.record }} search={{ act: each.action }}>{say(each.name, each.action)}</Link><Supplier missing={each} /></li>)}</ul>}
      </div>
    </li>
  )
}
