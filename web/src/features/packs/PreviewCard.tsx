/** What a pack would do, document by document; each may be left as it stands or taken as the pack brings it. */
import { useState } from 'react'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Status } from '@/ui/Status'
import type { PackPreview, PackRow } from './queries'

type Choice = 'usual' | 'skip' | 'take'
const SIGN = { new: 'ontrack', changed: 'ontrack', edited: 'soon', unchanged: 'done', kept: 'idle', left_out: 'idle' } as const
const ORDER = ['edited', 'new', 'changed', 'kept', 'left_out', 'unchanged']

export function PreviewCard({ preview, busy, onClose, onInstall }: { preview: PackPreview; busy: boolean; onClose: () => void; onInstall: (skip: string[], take: string[]) => void }) {
  const { t, tongue, say } = useTongue()
  const [choices, setChoices] = useState<Record<string, Choice>>({})
  const name = (row: PackRow) => `${row.kind}/${row.key}`
  const rows = preview.rows.filter((row) => row.state !== 'unchanged').toSorted((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state))
  const same = preview.rows.length - rows.length
  const chosen = (choice: Choice) => Object.entries(choices).filter(([, each]) => each === choice).map(([each]) => each)
  return (
    <Card flush label={t('packs.preview')} title={t('packs.preview_of', { name: say(preview.pack.name, preview.pack.key), version: preview.pack.version })} aside={<Button size="small" kind="ghost" icon="cross" aria-label={t('common.close')} onClick={onClose} />}>
      {preview.problems.length > 0 && <div className="xj-card__body"><Notice kind="error"><ul>{preview.problems.map((problem, at) => <li key={at}>{problem.path} {problemText(problem, t, tongue)}</li>)}</ul></Notice></div>}
      {rows.length === 0 ? <p className="xj-card__body">{t('packs.nothing_new')}</p> : (
        <ul aria-label={t('packs.preview')}>
          {rows.map((row) => (
            <li key={name(row)} className="xj-row xj-row--stack" data-state={row.state}>
              <span className="xj-row__main"><span className="xj-line"><strong>{say(row.name, row.key)}</strong><span className="xj-small xj-muted">{t(`definitions.kind.${row.kind}`, { defaultValue: row.kind })}</span></span>
                <span className="xj-small xj-second">{row.conflicts.length ? t('packs.conflicts', { count: row.conflicts.length }) : row.differences.length ? t('packs.differences', { count: row.differences.length }) : ''}</span></span>
              <Status kind={SIGN[row.state]}>{t(`packs.state.${row.state}`)}</Status>
              {row.state !== 'left_out' && <select className="xj-input xj-pick" aria-label={t('packs.choice', { name: say(row.name, row.key) })} value={choices[name(row)] ?? 'usual'} onChange={(event) => setChoices({ ...choices, [name(row)]: event.target.value as Choice })}>
                <option value="usual">{t(`packs.usual.${row.state}`)}</option>{row.state !== 'kept' && <option value="skip">{t('packs.skip')}</option>}{(row.state === 'edited' || row.state === 'kept') && <option value="take">{t('packs.take')}</option>}
              </select>}
            </li>
          ))}
        </ul>
      )}
      <div className="xj-card__body xj-line">{same > 0 && <span className="xj-muted xj-grow">{t('packs.same', { count: same })}</span>}{preview.people && <span className="xj-muted">{t('packs.with_people')}</span>}<span className="xj-end" /><Button onClick={onClose}>{t('common.cancel')}</Button><Button kind="primary" disabled={busy} onClick={() => onInstall(chosen('skip'), chosen('take'))}>{t('packs.install')}</Button></div>
    </Card>
  )
}
