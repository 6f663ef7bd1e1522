/** What a change came to: two weeks before against two weeks after it, said without being asked; silent when leads are few. */
import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import type { Text } from '@/api/types'
import { call } from '@/lib/api'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { useRight } from '@/metadata/session'
import { useValues } from '@/metadata/useValues'
import { Card } from '@/ui/Card'

export interface Figure { metric: string; name: Text; unit?: string | null; before: number; after: number }
export interface Effect { kind: string; key: string; name?: Text | null; version: number; published_at: string; published_by?: string | null; note?: string | null; leads: [number, number]; figures: Figure[]; also: number }

export const useEffects = (enabled: boolean) => useQuery({ queryKey: ['effects'], queryFn: ({ signal }) => call<{ rows: Effect[] }>('get', '/api/v1/effects', { signal }).then((answer) => answer.rows), enabled, staleTime: 300_000 })

/** A figure in its unit: shares as percent, minutes and days with one decimal at most. */
export const figureText = (value: number, unit?: string | null) => (unit === '%' ? `${Math.round(value * 100)}%` : `${Number(value.toFixed(1)).toLocaleString('en-US')}${unit ? ` ${unit}` : ''}`)

export function Effects({ kind, name }: { kind?: string; name?: string }) {
  const { t, tongue, say } = useTongue()
  const may = useRight('metrics.read')
  const person = useValues().names.person
  const { data } = useEffects(may)
  const rows = data?.filter((row) => !name || (row.kind === kind && row.key === name)) ?? []
  if (!rows.length) return null
  return (
    <Card title={t(name ? 'effect.own' : 'effect.title')}>
      <ul className="xj-stack">
        {rows.map((row) => (
          <li key={`${row.kind}.${row.key}`} className="xj-stack-8" data-effect={row.key}>
            {!name && <span className="xj-line"><Link to="/settings/$kind/$key" params={{ kind: row.kind, key: row.key }}><strong>{say(row.name, row.key)}</strong></Link><span className="xj-small xj-muted">{t(`definitions.kind.${row.kind}`)} · {t('definitions.version', { version: row.version })} · {person(row.published_by)} {moment(row.published_at, tongue)}</span></span>}
            <dl className="xj-effect">
              {row.figures.map((figure) => <div key={figure.metric}><dt>{say(figure.name, figure.metric)}</dt><dd><span className="xj-second">{figureText(figure.before, figure.unit)}</span> → <strong>{figureText(figure.after, figure.unit)}</strong></dd></div>)}
            </dl>
            <span className="xj-small xj-muted">{t('effect.sample', { before: row.leads[0], after: row.leads[1] })}{row.also > 0 && t('effect.also', { count: row.also })}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
