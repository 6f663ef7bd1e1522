/** What a draft would have done in the past window: how often, on whom, with samples. Every kind answers in its own figures. */
import { Link } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import type { ReactNode } from 'react'
import type { Text } from '@/api/types'
import { say, useTongue } from '@/lib/text'
import { exact, moment, type Tongue } from '@/lib/time'
import { useSchema } from '@/metadata/schema'
import { useValues } from '@/metadata/useValues'
import type { ValueContext } from '@/metadata/values'
import type { DryRun } from './queries'

type Row = Record<string, unknown>
type Plain = string | number | boolean

const isPlain = (value: unknown): value is Plain => ['string', 'number', 'boolean'].includes(typeof value)
const isRows = (value: unknown): value is Row[] => Array.isArray(value) && value.length > 0 && value.every((each) => each && typeof each === 'object' && !Array.isArray(each))
const isCounts = (value: unknown): value is Record<string, Plain> => Boolean(value) && typeof value === 'object' && !Array.isArray(value) && Object.keys(value as object).length > 0 && Object.values(value as object).every(isPlain)
const isText = (value: unknown): value is Text => Boolean(value) && typeof value === 'object' && Object.keys(value as object).length > 0 && Object.keys(value as object).every((key) => key === 'zh' || key === 'en')
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-/
const MOST = 10
const QUIET = new Set(['record', 'type', 'object', 'id', 'person', 'version', 'key', 'code'])

/** The figures, tables and counts of an answer, apart. Pure. */
export function partsOf(result: DryRun): { figures: [string, Plain][]; tables: [string, Row[]][]; counts: [string, Record<string, Plain>][] } {
  const entries = Object.entries(result).filter(([key]) => key !== 'sentence')
  return {
    figures: entries.filter((entry): entry is [string, Plain] => isPlain(entry[1]) && entry[1] !== false && !ID.test(String(entry[1]))),
    tables: entries.filter((entry): entry is [string, Row[]] => isRows(entry[1])),
    counts: entries.filter((entry): entry is [string, Record<string, Plain>] => isCounts(entry[1])),
  }
}

export function DryRunResult({ result, before, window, object }: { result: DryRun; before: DryRun | null; window: string; object: string | null }) {
  const { t, tongue, say } = useTongue()
  const context = useValues()
  const { data: schema } = useSchema()
  const { figures, tables, counts } = partsOf(result)
  const labels = new Map(schema?.objects.flatMap((each) => each.fields.map((field) => [field.key, say(field.name)] as const)))
  const known = object ? schema?.objects.find((each) => each.key === object) : undefined
  const thing = known ? say(known.name) : t('common.record')
  const people = Array.isArray(result.by_person) ? result.by_person.filter((each) => (each as Row).person).length : 0
  const name = (key: string) => t(`definitions.figure.${key}`, { defaultValue: labels.get(key) || key.replace(/_/g, ' ') })
  const acted = typeof result.acted === 'number' ? result.acted : null
  const head = say(result.sentence) || (acted !== null ? t('studio.would', { window, count: acted, people, records: Number(result.records ?? 0), thing }) : '')
  const told = new Set(acted !== null ? ['acted', 'records', 'truncated', 'looked_at'] : [])
  const earlier = typeof before?.acted === 'number' ? before.acted : null
  const days = counts.find(([key]) => key === 'by_day')
  return (
    <div className="xj-stack">
      {!head && !figures.length && !tables.length && !counts.length && <p>{t('definitions.dry_run_nothing')}</p>}
      {head && <p className="xj-dry__head">{head}</p>}
      {acted !== null && earlier !== null && <p data-before={earlier}>{t(earlier === acted ? 'studio.as_now' : earlier < acted ? 'studio.more_than_now' : 'studio.less_than_now', { now: earlier, count: Math.abs(acted - earlier) })}</p>}
      {days && <Days days={days[1] as Record<string, number>} label={t('definitions.figure.by_day')} />}
      {figures.some(([key]) => !told.has(key)) && <dl className="xj-facts">{figures.filter(([key]) => !told.has(key)).map(([key, value]) => <Pair key={key} name={name(key)} value={shown(value, context, tongue, t)} />)}</dl>}
      {counts.filter(([key]) => key !== 'by_day').map(([key, pairs]) => <div key={key}><p className="xj-small xj-muted">{name(key)}</p><p className="xj-facts-line">{Object.entries(pairs).slice(0, 31).map(([each, count]) => <span key={each}>{name(each)} <b>{String(count)}</b></span>)}</p></div>)}
      {tables.map(([key, rows]) => <Table key={key} title={name(key)} rows={rows} name={name} context={context} object={object} />)}
      <p className="xj-small xj-muted">{result.truncated ? t('studio.truncated') : ''}{t('definitions.dry_run_help')}</p>
    </div>
  )
}

/** A bar a day, the number in its label. */
function Days({ days, label }: { days: Record<string, number>; label: string }) {
  const most = Math.max(1, ...Object.values(days))
  return <ul className="xj-days" aria-label={label}>{Object.entries(days).slice(-62).map(([day, count]) => <li key={day} title={`${day} · ${count}`}><span className="xj-sr">{day} {count}</span><i style={{ height: `${Math.max(6, (count / most) * 100)}%` }} /></li>)}</ul>
}

function shown(value: unknown, context: ValueContext, tongue: Tongue, t: TFunction): string {
  if (typeof value === 'number') return value.toLocaleString('en-US', { maximumFractionDigits: 3 })
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no')
  if (value === null || value === undefined) return '–'
  if (isText(value)) return say(value, tongue)
  if (typeof value === 'object') return JSON.stringify(value)
  const text = String(value)
  return INSTANT.test(text) ? moment(text, tongue) : context.names.person(text) || text
}

function Table({ title, rows, name, context, object }: { title: string; rows: Row[]; name: (key: string) => string; context: ValueContext; object: string | null }) {
  const { t, tongue } = useTongue()
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row).filter((key) => row[key] !== null && (typeof row[key] !== 'object' || isText(row[key])))))]
  const columns = keys.filter((key) => !QUIET.has(key)).toSorted((a, b) => Number(b === 'title') - Number(a === 'title')).slice(0, 6)
  if (!columns.length) return null
  return (
    <div className="xj-scroll-x" tabIndex={0} role="region" aria-label={title}>
      <table className="xj-table">
        <caption className="xj-small xj-muted" style={{ textAlign: 'left' }}>{title}</caption>
        <thead><tr>{columns.map((column) => <th key={column} scope="col">{name(column)}</th>)}</tr></thead>
        <tbody>
          {rows.slice(0, MOST).map((row, at) => (
            <tr key={at}>
              {columns.map((column, place) => (
                <td key={column} title={INSTANT.test(String(row[column])) ? exact(String(row[column])) : undefined}>
                  {place === 0 && typeof row.record === 'string' ? <Opens object={typeof row.object === 'string' ? row.object : object} id={row.record}>{shown(row[column], context, tongue, t)}</Opens> : shown(row[column], context, tongue, t)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const Opens = ({ object, id, children }: { object: string | null; id: string; children: ReactNode }) => (!object || object === 'lead' ? <Link to="/leads/$id" params={{ id }}>{children}</Link> : <Link to="/records/$object/$id" params={{ object, id }}>{children}</Link>)

const Pair = ({ name, value }: { name: string; value: string }) => <><dt>{name}</dt><dd>{value}</dd></>
