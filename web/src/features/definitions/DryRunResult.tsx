/** What a draft would have done in the past window: how often, on whom, with samples. */
import { useTongue } from '@/lib/text'
import { useValues } from '@/metadata/useValues'
import { Card } from '@/ui/Card'
import type { DryRun } from './queries'

const isPlain = (value: unknown): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value)
const MOST = 10

export function DryRunResult({ result }: { result: DryRun }) {
  const { t, say } = useTongue()
  const context = useValues()
  const figures = Object.entries(result).filter(([, value]) => isPlain(value)) as [string, string | number | boolean][]
  const samples = Array.isArray(result.samples) ? result.samples : []
  const columns = [...new Set(samples.flatMap((sample) => Object.keys(sample).filter((key) => isPlain(sample[key]))))].slice(0, 6)
  const show = (value: unknown) => (typeof value === 'string' ? context.names.person(value) || value : String(value ?? '–'))
  return (
    <Card title={t('definitions.dry_run_title')}>
      <div className="xj-stack-8">
        {result.sentence && <p><strong>{say(result.sentence)}</strong></p>}
        <dl className="xj-facts">{figures.map(([key, value]) => <Pair key={key} name={t(`definitions.figure.${key}`, { defaultValue: key.replace(/_/g, ' ') })} value={typeof value === 'number' ? value.toLocaleString('en-US') : show(value)} />)}</dl>
        {samples.length > 0 && columns.length > 0 && (
          <div className="xj-scroll-x" tabIndex={0} role="region" aria-label={t('definitions.samples')}>
            <table className="xj-table"><thead><tr>{columns.map((column) => <th key={column} scope="col">{t(`definitions.figure.${column}`, { defaultValue: column })}</th>)}</tr></thead>
              <tbody>{samples.slice(0, MOST).map((sample, at) => <tr key={at}>{columns.map((column) => <td key={column}>{show(sample[column])}</td>)}</tr>)}</tbody></table>
          </div>
        )}
        <p className="xj-small xj-muted">{t('definitions.dry_run_help')}</p>
      </div>
    </Card>
  )
}

const Pair = ({ name, value }: { name: string; value: string }) => <><dt>{name}</dt><dd>{value}</dd></>
