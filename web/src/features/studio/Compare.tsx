/** Two versions of a definition side by side, field by field, in words. */
import { useMemo, useState } from 'react'
import type { Text } from '@/api/types'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { useReading, type Place } from '@/metadata/conditions/queries'
import { QueryState } from '@/metadata/QueryState'
import { Empty } from '@/ui/Empty'
import { Dialog } from '@/ui/heavy'
import type { Doc } from './contract'
import { useComparison, useVersions, type Difference, type Version } from './queries'
import { useWords } from './useWords'
import { placeWords, valueWords, type Words } from './words'

export interface Compared { a: number | null; b: number | null }

export function CompareDialog({ kind, name, start, document, round, onClose }: { kind: string; name: string; start: Compared; document: Doc; round: unknown; onClose: () => void }) {
  const { t } = useTongue()
  const [chosen, setChosen] = useState(start)
  const versions = useVersions(kind, name)
  const query = useComparison(kind, name, chosen.a, chosen.b, round)
  return (
    <Dialog title={t('studio.compare')} open onClose={onClose} width={860}>
      <div className="xj-stack">
        <div className="xj-line">
          <Pick label={t('studio.before')} value={chosen.a} versions={versions.data ?? []} onChange={(a) => setChosen({ ...chosen, a })} />
          <span aria-hidden="true">→</span>
          <Pick label={t('studio.after')} value={chosen.b} versions={versions.data ?? []} onChange={(b) => setChosen({ ...chosen, b })} />
        </div>
        {chosen.a === chosen.b ? <Empty icon="info" title={t('studio.same_version')} /> : !query.data ? <QueryState query={query} rows={4} /> : <Differences kind={kind} rows={query.data} document={document} />}
      </div>
    </Dialog>
  )
}

function Pick({ label, value, versions, onChange }: { label: string; value: number | null; versions: Version[]; onChange: (version: number) => void }) {
  const { t, tongue } = useTongue()
  return (
    <select className="xj-input xj-pick" aria-label={label} value={value ?? ''} onChange={(event) => onChange(Number(event.target.value))}>
      {versions.map((row) => <option key={row.version} value={row.version}>{row.status === 'draft' ? t('definitions.draft') : t('definitions.version', { version: row.version })} · {moment(row.published_at ?? row.saved_at, tongue)}{row.note ? ` · ${row.note}` : ''}</option>)}
    </select>
  )
}

/** What a kind without an object of its own asks its conditions about. */
const ABOUT: Record<string, string> = { pool: 'lead', dispatch: 'lead' }
const CONDITIONS = /(^|\.)(when|unless|filter|visible_when|required_when|read_only|optional_when|of|if)$/

interface ValueProps { value: unknown; path: string; about: string | null; place: Place; words: Words }

function Value({ value, path, about, place, words }: ValueProps) {
  if (about && typeof value === 'string' && value && CONDITIONS.test(path)) return <Condition cel={value} about={about} place={place} words={words} />
  return <>{valueWords(value, words)}</>
}

/** A condition as the sentence people read everywhere else; how it was written, where no sentence can be made of it. */
function Condition({ cel, about, place, words }: { cel: string; about: string; place: Place; words: Words }) {
  const { say } = useTongue()
  const { data } = useReading(about, cel, place)
  const sentence = data?.problems.length ? '' : say(data?.sentence)
  return <span title={sentence ? cel : undefined}>{sentence || valueWords(cel, words)}</span>
}

export function Differences({ rows, document, kind }: { rows: Difference[]; document: Doc; kind: string }) {
  const { t } = useTongue()
  const about = typeof document.object === 'string' ? document.object : kind === 'object' ? String(document.key ?? '') : ABOUT[kind] ?? null
  const words = useWords(about, kind)
  const limits = document.limits
  const place = useMemo<Place>(() => (kind === 'rule' ? 'rule' : kind === 'risk' ? { numbers: Object.fromEntries(((limits ?? []) as { key: string; name: Text }[]).map((one) => [one.key, one.name])) } : 'record'), [kind, limits])
  if (!rows.length) return <Empty icon="tick" title={t('studio.no_difference')} />
  return (
    <div className="xj-scroll-x" tabIndex={0} role="region" aria-label={t('studio.compare')}>
      <table className="xj-table xj-diff">
        <thead><tr><th scope="col">{t('studio.where')}</th><th scope="col">{t('studio.before')}</th><th scope="col">{t('studio.after')}</th></tr></thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at} data-change={row.change}>
              <th scope="row">{placeWords(document, row.path, words)}<span className="xj-small xj-muted"> {t(`studio.change.${row.change}`)}</span></th>
              <td>{row.change === 'added' ? '–' : <span className="xj-diff__old"><Value value={row.before} path={row.path} about={about} place={place} words={words} /></span>}</td>
              <td>{row.change === 'removed' ? '–' : <span className="xj-diff__new"><Value value={row.after} path={row.path} about={about} place={place} words={words} /></span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
