/** Records as cards in the columns of a choice: moved by drag, by keys, or by the card's menu; a refused card goes back with the reason. */
import { useInfiniteQuery, useIsFetching } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import type { FieldDefinition, ListView, Page, Problem, RecordRow } from '@/api/types'
import { ApiError, call } from '@/lib/api'
import { errorText, problemsByField } from '@/lib/errors'
import { useIsPhone } from '@/lib/screen'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { DragArea, Movable, Place } from '@/ui/dnd'
import { Icon } from '@/ui/Icon'
import { Menu, MenuItem } from '@/ui/Menu'
import { Tabs } from '@/ui/Tabs'
import { gateOf, otherProblems, type GateLine } from '../gate'
import { guidanceOf } from '../guidance'
import { LazyGate } from '../LazyGate'
import { QueryState } from '../QueryState'
import type { RowLook } from '../RecordRow'
import { listKey, useUpdateRecord } from '../records'
import { useDone } from '../undo'
import { useValues } from '../useValues'
import { optionName, valueText } from '../values'
import { equals, type GroupHead } from './groups'
import { both } from './views'

export interface BoardProps { object: string; view: ListView; field: FieldDefinition; columns: FieldDefinition[]; filter: string; search: string; sort: string[]; look: RowLook; heads: GroupHead[]; totalsOf: (head: GroupHead) => string }

/** Why a card went back: in a sentence, and line by line when a gate said so. */
interface Refused { text: string; lines: GateLine[]; others: Problem[] }

const NONE = '@none'

/** One column of cards; each column pages by itself. */
function useColumn(object: string, field: FieldDefinition, key: string, filter: string, search: string, sort: string[], columns: string[]) {
  const wanted = both(filter, equals(field, key === NONE ? null : key))
  const query = { filter: wanted, search, sort: sort.join(','), limit: 50, fields: columns.join(',') }
  return useInfiniteQuery({
    queryKey: [...listKey(object, query), 'board'],
    queryFn: ({ pageParam, signal }) => call<Page>('get', '/api/v1/records/{object_key}', { path: { object_key: object }, query: { ...query, after: pageParam }, signal }),
    initialPageParam: '', getNextPageParam: (page) => page.next ?? undefined, placeholderData: (previous) => previous,
  })
}

export default function Board(props: BoardProps) {
  const { object, field, heads, look } = props
  const { t, tongue } = useTongue()
  const phone = useIsPhone()
  const keys = useMemo(() => [...(field.options?.map((option) => option.key) ?? []), ...(heads.some((head) => !head.key) ? [NONE] : [])], [field, heads])
  const nameOf = (key: string) => (key === NONE ? t('board.none') : optionName(field, key, tongue))
  const [here, setHere] = useState('')
  const [refused, setRefused] = useState<Record<string, Refused>>({})
  const [moved, setMoved] = useState<Record<string, { row: RecordRow; to: string; written?: boolean }>>({})
  const rows = useMemo(() => new Map<string, RecordRow>(), [])
  const update = useUpdateRecord(object).mutateAsync
  const done = useDone()
  const settle = (id: string) => setMoved(({ [id]: _gone, ...rest }) => rest)
  const move = (id: string, to: string) => {
    const row = rows.get(id)
    if (!row || !keys.includes(to) || (row[field.key] ?? NONE) === to || !row.can?.update) return
    setRefused(({ [id]: _old, ...rest }) => rest)
    setMoved((old) => ({ ...old, [id]: { row, to } }))
    void update({ id, version: row.version, values: { [field.key]: to === NONE ? null : to }, was: row }).then(
      (written) => { done(t('board.moved', { name: look.title(row), place: nameOf(to) }), written?.change); setMoved((old) => (old[id] ? { ...old, [id]: { ...old[id], written: true } } : old)) },
      (error: unknown) => { settle(id); if (!guidanceOf(error).length) setRefused((old) => ({ ...old, [id]: { text: Object.values(problemsByField(error, t, tongue)).join(' ') || errorText(error, t, tongue), lines: gateOf(error), others: error instanceof ApiError ? otherProblems(error.problems) : [] } })) },
    )
  }
  // A moved card stays where it was put until the columns have been read again, however long that takes.
  const reading = useIsFetching({ queryKey: ['records', object, 'list'] }) > 0
  useEffect(() => { if (!reading) setMoved((old) => (Object.values(old).some(({ written }) => written) ? Object.fromEntries(Object.entries(old).filter(([, { written }]) => !written)) : old)) }, [reading, moved])
  const shown = phone ? [keys.includes(here) ? here : keys[0]!] : keys
  return (
    <DragArea onMove={move} nameOf={(id) => (keys.includes(id) ? nameOf(id) : rows.has(id) ? look.title(rows.get(id)!) : id)} overlay={(id) => (rows.has(id) ? <div className="xj-board__card xj-board__card--lifted"><strong>{look.title(rows.get(id)!)}</strong></div> : null)}>
      {phone && <div className="xj-scroll-x xj-board__tabs"><Tabs label={t('board.columns')} value={shown[0]!} onChange={setHere} tabs={keys.map((key) => ({ key, label: nameOf(key), count: heads.find((head) => (head.key || NONE) === key)?.count ?? 0 }))} /></div>}
      <div className="xj-board" role="group" tabIndex={0} aria-label={t('board.label')}>
        {shown.map((key) => <Column key={key} {...props} column={key} keys={keys} name={nameOf(key)} nameOf={nameOf} rows={rows} moved={moved} refused={refused} onMove={move} onForget={(id) => setRefused(({ [id]: _old, ...rest }) => rest)} />)}
      </div>
    </DragArea>
  )
}

interface ColumnProps extends BoardProps { column: string; keys: string[]; name: string; nameOf: (key: string) => string; rows: Map<string, RecordRow>; moved: Record<string, { row: RecordRow; to: string }>; refused: Record<string, Refused>; onMove: (id: string, to: string) => void; onForget: (id: string) => void }

function Column(props: ColumnProps) {
  const { object, field, column, name, columns, filter, search, sort, look, heads, totalsOf, rows, moved } = props
  const { t } = useTongue()
  const shownFields = useMemo(() => [...new Set([...columns.map((each) => each.key), field.key, look.titleField, 'name'])].filter((key) => key !== 'id'), [columns, field.key, look.titleField])
  const query = useColumn(object, field, column, filter, search, sort, shownFields)
  const people = useMemo(() => Object.assign({}, ...(query.data?.pages.map((page) => page.people ?? {}) ?? [])) as Record<string, string>, [query.data])
  const related = useMemo(() => Object.assign({}, ...(query.data?.pages.map((page) => page.related ?? {}) ?? [])) as Record<string, string>, [query.data])
  const context = useValues(people, related)
  const own = (query.data?.pages.flatMap((page) => page.rows) ?? []).filter((row) => !(row.id in moved) && (row[field.key] ?? NONE) === column)
  const coming = Object.values(moved).filter(({ to }) => to === column).map(({ row }) => row)
  const cards = [...coming, ...own]
  // For a moment two columns hold the same card, one of them as it was: the newest counts.
  for (const row of own) if ((rows.get(row.id)?.version ?? 0) <= row.version) rows.set(row.id, row)
  const head = heads.find((each) => (each.key || NONE) === column)
  return (
    <Place id={column} className="xj-board__column" role="region" aria-label={name}>
      <h2 className="xj-board__head"><span className="xj-ellipsis">{name}</span><span className="xj-second">{head?.count ?? 0}</span><span className="xj-small xj-muted xj-end xj-ellipsis">{head ? totalsOf(head) : ''}</span></h2>
      {!query.data ? <QueryState query={query} rows={2} /> : (
        <ul className="xj-board__cards">
          {cards.map((row) => <li key={row.id}><Card {...props} row={row} text={columns.filter((each) => each.key !== field.key && each.key !== look.titleField).slice(0, 4).map((each) => valueText(row[each.key], each, context)).filter(Boolean)} /></li>)}
          {!cards.length && <li className="xj-small xj-muted xj-board__empty">{t('board.empty')}</li>}
        </ul>
      )}
      {query.hasNextPage && <Button size="small" kind="ghost" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('common.more_rows')}</Button>}
    </Place>
  )
}

function Card({ row, text, object, look, column, keys, nameOf, refused, onMove, onForget }: ColumnProps & { row: RecordRow; text: string[] }) {
  const { t } = useTongue()
  const title = look.title(row)
  const closed = !row.can?.update
  const no = refused[row.id]
  return (
    <Movable id={row.id} label={title} disabled={closed} className="xj-board__card">
      {(grip) => (
        <div data-card={row.id}>
          <div className="xj-line-nowrap">
            {!closed && <button type="button" className="xj-tools__grip xj-board__grip" {...grip}>⋮⋮</button>}
            <Link to={look.to(row)} preload={false} className="xj-board__title xj-grow xj-ellipsis">{title}</Link>
            {!closed && (
              <Menu label={t('board.move_to', { name: title })} trigger={(props) => <Button size="small" kind="ghost" icon="more" aria-label={t('board.move_to', { name: title })} {...props} />}>
                {(close) => keys.filter((key) => key !== column).map((key) => <MenuItem key={key} onSelect={() => { close(); onMove(row.id, key) }}>{nameOf(key)}</MenuItem>)}
              </Menu>
            )}
          </div>
          {text.length > 0 && <p className="xj-small xj-second">{text.join(' · ')}</p>}
          {no && (no.lines.length ? <LazyGate object={object} id={row.id} lines={no.lines} others={no.others} onClose={() => onForget(row.id)} /> : <p className="xj-field__error" role="alert"><Icon name="alert" /><span className="xj-grow">{no.text}</span><Button size="small" kind="ghost" icon="cross" aria-label={t('common.close')} onClick={() => onForget(row.id)} /></p>)}
        </div>
      )}
    </Movable>
  )
}
