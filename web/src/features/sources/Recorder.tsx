/** The payload recorder: what arrives appears here, a click on a value says which field it is. */
import { useState } from 'react'
import { useTongue } from '@/lib/text'
import { exact, moment } from '@/lib/time'
import { useSchema } from '@/metadata/schema'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Status } from '@/ui/Status'
import { branchOf, guessField, readPayload, type Branch } from './payload'
import { useReceipt, useReceipts } from './queries'

interface RecorderProps { source: string; mapping: Record<string, unknown>; readOnly: boolean; onMap: (field: string, path: string) => void }

export function Recorder({ source, mapping, readOnly, onMap }: RecorderProps) {
  const { t, tongue } = useTongue()
  const [recording, setRecording] = useState(false)
  const [chosen, setChosen] = useState<string | null>(null)
  const receipts = useReceipts(source, '', recording)
  const rows = receipts.data?.pages.flatMap((page) => page.rows).slice(0, 12) ?? []
  const open = chosen ?? rows[0]?.id ?? null
  const { data: receipt } = useReceipt(open)
  const payload = receipt ? readPayload(receipt.payload) : null
  return (
    <Card title={t('source.recorder')} aside={<Button size="small" {...(recording ? {} : { kind: 'primary' as const })} icon={recording ? 'dash' : 'history'} aria-pressed={recording} onClick={() => setRecording(!recording)}>{recording ? t('source.stop') : t('source.record')}</Button>}>
      <div className={rows.length ? 'xj-source__recorder' : undefined}>
        <ul className="xj-stack-8" aria-label={t('source.deliveries')} aria-live="polite">
          {rows.map((row) => (
            <li key={row.id}><button type="button" className={row.id === open ? 'xj-row xj-row--current' : 'xj-row'} data-receipt={row.id} onClick={() => setChosen(row.id)}><span className="xj-grow" title={exact(row.received_at)}>{moment(row.received_at, tongue)}</span><Status kind={row.status === 'refused' ? 'overdue' : 'done'}>{t(`source.status.${row.status}`, { defaultValue: row.status })}</Status></button></li>
          ))}
          {!rows.length && <li><Empty icon="history" title={recording ? t('source.listening') : t('source.nothing_yet')}>{t('source.how')}</Empty></li>}
        </ul>
        {rows.length > 0 && <div className="xj-source__tree">
          {receipt?.payload_hidden && <p className="xj-muted">{t('source.hidden')}</p>}
          {receipt?.payload && payload === null && <pre className="xj-code xj-pre">{receipt.payload}</pre>}
          {payload !== null && typeof payload === 'object' && <ul role="tree" aria-label={t('source.payload')}>{branchOf(payload).children?.map((each) => <Node key={each.path} branch={each} mapping={mapping} readOnly={readOnly} onMap={onMap} />)}</ul>}
        </div>}
      </div>
    </Card>
  )
}

function Node({ branch, mapping, readOnly, onMap }: { branch: Branch; mapping: Record<string, unknown>; readOnly: boolean; onMap: (field: string, path: string) => void }) {
  const { t, say } = useTongue()
  const { data: schema } = useSchema()
  const [open, setOpen] = useState(false)
  const fields = schema?.objects.find((each) => each.key === 'lead')?.fields.filter((field) => !field.server_owned && !['formula', 'rollup', 'file', 'relation'].includes(field.kind)) ?? []
  const taken = Object.entries(mapping).filter(([, spec]) => spec === branch.path || (spec as { path?: string } | null)?.path === branch.path).map(([field]) => field)
  const label = (key: string) => say(fields.find((field) => field.key === key)?.name, key)
  if (branch.children) return <li role="treeitem" aria-expanded="true" aria-selected="false"><span className="xj-code xj-second">{branch.name}</span><ul role="group">{branch.children.map((each) => <Node key={each.path} branch={each} mapping={mapping} readOnly={readOnly} onMap={onMap} />)}</ul></li>
  const guess = guessField(branch.name, branch.value, fields.map((field) => field.key))
  return (
    <li role="treeitem" aria-selected={open}>
      <button type="button" className="xj-source__leaf" data-path-value={branch.path} disabled={readOnly} aria-label={t('source.map', { name: branch.name, value: String(branch.value) })} onClick={() => setOpen(!open)}>
        <span className="xj-code xj-second">{branch.name}</span> <span className="xj-source__value">{String(branch.value ?? '—')}</span>
        {taken.map((field) => <span key={field} className="xj-tag xj-tag--tint">{label(field)}</span>)}
      </button>
      {open && (
        <select className="xj-input" autoFocus aria-label={t('source.which_field', { name: branch.name })} value="" onChange={(event) => { if (event.target.value) onMap(event.target.value, branch.path); setOpen(false) }} onKeyDown={(event) => { if (event.key === 'Escape') setOpen(false) }}>
          <option value="">{t('source.pick_field')}</option>
          {guess && <option value={guess}>{t('source.likely', { name: label(guess) })}</option>}
          {fields.filter((field) => field.key !== guess).map((field) => <option key={field.key} value={field.key}>{label(field.key)}</option>)}
        </select>
      )}
    </li>
  )
}
