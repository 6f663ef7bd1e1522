/** Before publishing: what changes, who relies on it, and one line why. */
import { useState } from 'react'
import { tooLong } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { useMe } from '@/metadata/session'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Dialog } from '@/ui/heavy'
import { Differences } from './Compare'
import type { Doc } from './contract'
import { useComparison, useOverview, useUsage } from './queries'

const LONGEST = 2000

export interface Together { kind: string; key: string }
interface DialogProps { kind: string; name: string; document: Doc; version: number | null; draftVersion: number | null; round: unknown; busy: boolean; onClose: () => void; onPublish: (note: string, items: Together[]) => void }

export function PublishDialog({ kind, name, document, version, draftVersion, round, busy, onClose, onPublish }: DialogProps) {
  const { t, say } = useTongue()
  const me = useMe()?.person?.name ?? ''
  const [note, setNote] = useState('')
  const long = tooLong(note, LONGEST, t)
  const [together, setTogether] = useState<Together[]>([])
  const changes = useComparison(kind, name, version, draftVersion, round)
  const users = useUsage(kind, name)
  const others = useOverview().data?.rows.filter((row) => row.draft_saved_at && !(row.kind === kind && row.key === name)) ?? []
  return (
    <Dialog title={t('studio.publish_title', { name: say(document.name as never, name) })} open onClose={onClose} width={720} footer={null}>
      <form className="xj-stack" onSubmit={(event) => { event.preventDefault(); if (!long) onPublish(note.trim(), together) }}>
        {version && changes.data ? <Differences kind={kind} rows={changes.data} document={document} /> : !version && <p>{t('studio.first_publish')}</p>}
        {Boolean(users.data?.length) && <p className="xj-small xj-muted">{t('studio.used_by', { count: users.data!.length, names: users.data!.slice(0, 4).map((use) => say(use.name, use.key)).join('、') })}</p>}
        {others.length > 0 && (
          <details className="xj-fold"><summary>{t('studio.together', { count: others.length })}</summary>
            <div className="xj-stack-8">{others.map((row) => {
              const on = together.some((each) => each.kind === row.kind && each.key === row.key)
              return <label key={`${row.kind}.${row.key}`} className="xj-check"><input type="checkbox" checked={on} onChange={() => setTogether(on ? together.filter((each) => each.kind !== row.kind || each.key !== row.key) : [...together, { kind: row.kind, key: row.key }])} />{say(row.name, row.key)}<span className="xj-small xj-muted">{t(`definitions.kind.${row.kind}`)}</span></label>
            })}</div>
          </details>
        )}
        <Field label={t('studio.why', { who: me })} error={long}>{(control) => <input {...control} className="xj-input" autoFocus placeholder={t('studio.why_example')} value={note} onChange={(event) => setNote(event.target.value)} />}</Field>
        <div className="xj-form__foot"><Button onClick={onClose}>{t('common.cancel')}</Button><Button type="submit" kind="primary" icon="send" reason={long} disabled={busy}>{busy ? t('studio.publishing') : t('definitions.step.publish')}</Button></div>
      </form>
    </Dialog>
  )
}
