/** Records that may be the same: reasons, a merge seen before it is done, and its undo. */
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Duplicate, Proposal, Reason } from '@/api/types'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { useObject } from '@/metadata/schema'
import { useDone, useRefused } from '@/metadata/undo'
import { useValues } from '@/metadata/useValues'
import { valueText } from '@/metadata/values'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Dialog } from '@/ui/heavy'
import { Tabs } from '@/ui/Tabs'
import { showToast } from '@/ui/Toast'
import { undoMerge, useDecideProposal, useMergePreview, useProposals } from './queries'

export function useReasons() {
  const { t, say } = useTongue()
  return (reasons: Reason[]) => reasons.map((reason) => say({ zh: reason.zh ?? '', en: reason.en ?? '' }) || t(`duplicate.reason.${reason.code}`, { defaultValue: reason.code })).join(t('errors.join'))
}

export function ProposalsCard({ lead }: { lead: string }) {
  const { t } = useTongue()
  const query = useProposals(lead)
  const [open, setOpen] = useState<Proposal | null>(null)
  if (!query.data?.rows.length) return null
  return (
    <Card flush title={t('duplicate.title', { count: query.data.rows.length })}>
      {query.data.rows.map((proposal) => <ProposalRow key={proposal.id} lead={lead} proposal={proposal} onMerge={() => setOpen(proposal)} />)}
      {open && <MergeDialog lead={lead} proposal={open} onClose={() => setOpen(null)} />}
    </Card>
  )
}

function ProposalRow({ lead, proposal, onMerge }: { lead: string; proposal: Proposal; onMerge: () => void }) {
  const { t } = useTongue()
  const words = useReasons()
  const decide = useDecideProposal(lead)
  const done = useDone()
  const refused = useRefused()
  return (
    <div className="xj-proposal">
      <div><strong>{proposal.title || t('duplicate.owned_elsewhere', { team: proposal.owner_team || t('duplicate.other_team') })}</strong></div>
      <p className="xj-small xj-second">{words(proposal.reasons)}</p>
      <div className="xj-line">
        {proposal.can?.merge !== false && proposal.other && <Button size="small" icon="merge" onClick={onMerge}>{t('duplicate.preview')}</Button>}
        {proposal.can?.dismiss !== false && <Button size="small" kind="ghost" disabled={decide.isPending} onClick={() => decide.mutate({ id: proposal.id }, { onSuccess: (written) => done(t('duplicate.dismissed'), written?.change), onError: refused })}>{t('duplicate.dismiss')}</Button>}
      </div>
    </div>
  )
}

function MergeDialog({ lead, proposal, onClose }: { lead: string; proposal: Proposal; onClose: () => void }) {
  const { t, say } = useTongue()
  const link = proposal.object !== 'lead'
  const [keep, setKeep] = useState(lead)
  const second = proposal.other === lead ? proposal.record : (proposal.other ?? '')
  const preview = useMergePreview(proposal.id, link ? '' : keep)
  const { meta } = useObject('lead')
  const context = useValues()
  const decide = useDecideProposal(lead)
  const client = useQueryClient()
  const refused = useRefused()
  const show = (key: string, value: unknown) => { const field = meta?.fields.get(key); return (field ? valueText(value, field, context) : String(value ?? '')) || '–' }
  const merge = () => decide.mutate({ id: proposal.id, merge: true, ...(link ? {} : { keep }) }, {
    onSuccess: (written) => {
      const id = written?.merge
      showToast({ kind: 'done', text: t(link ? 'duplicate.linked' : 'duplicate.merged'), action: id ? { label: t('common.undo'), run: () => void undoMerge(id).then(() => client.invalidateQueries(), refused) } : undefined })
      onClose()
    },
    onError: refused,
  })
  return (
    <Dialog title={t('duplicate.preview_title')} open width={760} onClose={onClose} footer={<div className="xj-form__foot"><Button kind="ghost" onClick={onClose}>{t('common.cancel')}</Button><Button kind="primary" disabled={!preview.data || decide.isPending} onClick={merge}>{t(link ? 'duplicate.link' : 'duplicate.merge')}</Button></div>}>
      <div className="xj-stack">
        {!link && <Tabs soft label={t('duplicate.keep')} value={keep} onChange={setKeep} tabs={[{ key: lead, label: t('duplicate.keep_this') }, { key: second, label: t('duplicate.keep_second') }]} />}
        {preview.data ? (
          <>
            <div className="xj-scroll-x" tabIndex={0} role="region" aria-label={t('duplicate.preview_title')}>
              <table className="xj-table">
                <thead><tr><th scope="col">{t('filter.field')}</th><th scope="col">{t('duplicate.kept')}</th><th scope="col">{t('duplicate.other')}</th><th scope="col">{t('duplicate.result')}</th></tr></thead>
                <tbody>{preview.data.fields.map((row) => <tr key={row.field}><th scope="row">{say(meta?.fields.get(row.field)?.name, row.field)}</th><td>{show(row.field, row.kept)}</td><td>{show(row.field, row.other)}</td><td><strong>{show(row.field, row.result)}</strong></td></tr>)}</tbody>
              </table>
            </div>
            <p className="xj-second">{Object.entries(preview.data.moves ?? {}).map(([what, count]) => t(`duplicate.moves.${what}`, { count, defaultValue: `${what} ${count}` })).join(t('errors.join'))}</p>
            <p className="xj-small xj-muted">{t('duplicate.keeps_all')}</p>
          </>
        ) : <QueryState query={preview} />}
      </div>
    </Dialog>
  )
}

/** Duplicates found while typing: others are only said to be owned, by which team. */
export function DuplicateList({ rows, link }: { rows: Duplicate[]; link: (row: Duplicate & { id: string; title: string }) => React.ReactNode }) {
  const { t } = useTongue()
  const words = useReasons()
  return (
    <ul aria-label={t('duplicate.found', { count: rows.length })}>
      {rows.map((row, at) => (
        <li key={row.id ?? at} className="xj-row">
          <div className="xj-row__main">
            <span>{row.readable !== false && row.id && row.title ? link({ ...row, id: row.id, title: row.title }) : <strong>{t('duplicate.owned_elsewhere', { team: row.owner_team || t('duplicate.other_team') })}</strong>}</span>
            <span className="xj-small xj-muted">{words(row.reasons)}</span>
          </div>
        </li>
      ))}
    </ul>
  )
}
