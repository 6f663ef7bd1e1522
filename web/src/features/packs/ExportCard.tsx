/** Choose definitions and take them along as a zip. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Text } from '@/api/types'
import { call } from '@/lib/api'
import { useTongue } from '@/lib/text'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { exportPath } from './queries'

interface Row { kind: string; key: string; name?: Text | null; version?: number | null }

export function ExportCard() {
  const { t, say } = useTongue()
  const rows = (useQuery({ queryKey: ['definitions'], queryFn: ({ signal }) => call<{ rows: Row[] }>('get', '/api/v1/definitions', { signal }) }).data?.rows ?? []).filter((row) => row.version)
  const [chosen, setChosen] = useState<Set<string>>(() => new Set())
  const kinds = [...new Set(rows.map((row) => row.kind))]
  const names = (kind: string) => rows.filter((row) => row.kind === kind).map((row) => `${row.kind}/${row.key}`)
  const flip = (items: string[], on: boolean) => setChosen((now) => { const next = new Set(now); for (const item of items) if (on) next.add(item); else next.delete(item); return next })
  return (
    <Card title={t('packs.export')} aside={<a className={chosen.size ? 'xj-btn' : 'xj-btn xj-muted'} aria-disabled={!chosen.size} href={chosen.size ? exportPath([...chosen]) : undefined} download="export.zip"><Icon name="out" />{t('packs.export_n', { count: chosen.size })}</a>}>
      <div className="xj-stack-8">
        <p className="xj-muted">{t('packs.export_about')}</p>
        {kinds.map((kind) => {
          const all = names(kind)
          const some = all.filter((item) => chosen.has(item)).length
          return (
            <details key={kind} className="xj-fold"><summary>{t(`definitions.kind.${kind}`, { defaultValue: kind })} <span className="xj-muted xj-small">{some} / {all.length}</span></summary>
              <label className="xj-check"><input type="checkbox" checked={some === all.length} onChange={(event) => flip(all, event.target.checked)} />{t('packs.all_of_kind')}</label>
              <div className="xj-line">{rows.filter((row) => row.kind === kind).map((row) => <label key={row.key} className="xj-check"><input type="checkbox" checked={chosen.has(`${kind}/${row.key}`)} onChange={(event) => flip([`${kind}/${row.key}`], event.target.checked)} />{say(row.name, row.key)}</label>)}</div>
            </details>
          )
        })}
      </div>
    </Card>
  )
}
