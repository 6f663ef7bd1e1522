/** What a draft would have done in the past window: how often, on whom, with samples. Every kind answers in its own figures. */
import { Link } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { useTongue } from '@/lib/text'
import { exact, moment, type Tongue } from '@/lib/time'
import { useSchema } from '@/metadata/schema'
import { useValues } from '@/metadata/useValues'
import type { ValueContext } from '@/metadata/values'
import { Card } from '@/ui/Card'
import type { DryRun } from './queries'

type Row = Record<string, unknown>
type Plain = string | number | boolean

const isPlain = (value: unknown): value is Plain => ['string', 'number', 'boolean'].includes(typeof value)
const isRows = (value: unknown): value is Row[] => Array.isArray(value) && value.length > 0 && value.every((each) => each && typeof each === 'object' && !Array.isArray(each))
const isCounts = (value: unknown): value is Record<string, Plain> => Boolean(value) && typeof value === 'object' && !Array.isArray(value) && Object.keys(value as object).length > 0 && Object.values(value as object).every(isPlain)
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-/
const MOST = 10
const QUIET = new Set(['record', 'type', 'object', 'id', 'person', 'version'])

/** The figures, tables and counts of an answer, apart. Pure. */
export function partsOf(result: DryRun): { figures: [string, Plain][]; tables: [string, Row[]][]; counts: [string, Record<string, Plain>][] } {
  const entries = Object.entries(result).filter(([key]) => key !== 'sentence')
  return {
    figures: entries.filter((entry): entry is [string, Plain] => isPlain(entry[1]) && entry[1] !== false && !ID.test(String(entry[1]))),
    tables: entries.filter((entry): entry is [string, Row[]] => isRows(entry[1])),
    counts: entries.filter((entry): entry is [string, Record<string, Plain>] => isCounts(entry[1])),
  }
}

export function DryRunResult({ result }: { result: DryRun }) {
  const { t, tongue, say } = useTongue()
  const context = useValues()
  const { data: schema } = useSchema()
  const { figures, tables, counts } = partsOf(result)
  const labels = new Map(schema?.objects.flatMap((object) => object.fields.map((field) => [field.key, say(field.name)] as const)))
  const name = (key: string) => t(`definitions.figure.${key}`, { defaultValue: labels.get(key) || key.replace(/_/g, ' ') })
  const head = say(result.sentence) || (typeof result.acted === 'number' ? t('definitions.dry_run_rule', { count: result.acted, records: Number(result.records ?? 0) }) : '')
  return (
    <Card title={t('definitions.dry_run_title')}>
      <div className="xj-stack">
        {!head && !figures.length && !tables.length && !counts.length && <p>{t('definitions.dry_run_nothing')}</p>}
        {head && <p><strong>{head}</strong></p>}
        <dl className="xj-facts">{figures.map(([key, value]) => <Pair key={key} name={name(key)} value={shown(value, context, tongue, t)} />)}</dl>
        {counts.map(([key, pairs]) => <div key={key}><p className="xj-small xj-muted">{name(key)}</p><p className="xj-facts-line">{Object.entries(pairs).slice(0, 31).map(([each, count]) => <span key={each}>{name(each)} <b>{String(count)}</b></span>)}</p></div>)}
        {tables.map(([key, rows]) => <Table key={key} title={name(key)} rows={rows} name={name} context={context} />)}
        <p className="xj-small xj-muted">{t('definitions.dry_run_help')}</p>
      </div>
    </Card>
  )
}

function shown(value: unknown, context: ValueContext, tongue: Tongue, t: TFunction): string {
  if (typeof value === 'number') return value.toLocaleString('en-US', { maximumFractionDigits: 3 })
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no')
  if (value === null || value === undefined) return '–'
  if (typeof value === 'object') return JSON.stringify(value)
  const text = String(value)
  return INSTANT.test(text) ? moment(text, tongue) : context.names.person(text) || text
}

function Table({ title, rows, name, context }: { title: string; rows: Row[]; name: (key: string) => string; context: ValueContext }) {
  const { t, tongue } = useTongue()
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row).filter((key) => row[key] !== null && typeof row[key] !== 'object')))]
  const columns = keys.filter((key) => !QUIET.has(key)).slice(0, 6)
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
                  {place === 0 && typeof row.record === 'string' ? <Link to="/leads/$id" params={{ id: row.record }}>{shown(row[column], context, tongue, t)}</Link> : shown(row[column], context, tongue, t)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const Pair = ({ name, value }: { name: string; value: string }) => <><dt>{name}</dt><dd>{value}</dd></>
