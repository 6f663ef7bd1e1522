/** A table drafted from own data, with its reasons, before it takes the place of the rows on the screen. */
import { useEffect } from 'react'
import { errorText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import { Skeleton } from '@/ui/Empty'
import { Dialog } from '@/ui/heavy'
import { useDraft } from './queries'

export function DraftDialog({ tableKey, onClose, onTake }: { tableKey: string; onClose: () => void; onTake: (document: Record<string, unknown>) => void }) {
  const { t, say, tongue } = useTongue()
  const draft = useDraft(tableKey)
  useEffect(() => { draft.mutate() }, []) // eslint-disable-line react-hooks/exhaustive-deps
  return (
    <Dialog open title={t('dispatch.draft')} width={640} onClose={onClose} footer={<><Button onClick={onClose}>{t('common.cancel')}</Button> <Button kind="primary" reason={draft.data ? undefined : t('common.loading')} onClick={() => { onTake(draft.data!.document); onClose() }}>{t('dispatch.take_draft')}</Button></>}>
      {draft.isError && <Notice kind="error">{errorText(draft.error, t, tongue)}</Notice>}
      {draft.isPending && <Skeleton rows={4} label={t('common.loading')} />}
      {draft.data && (
        <div className="xj-stack-8">
          <p><strong>{say(draft.data.explanation)}</strong></p>
          <ul className="xj-stack-8">{draft.data.rows.map((row) => <li key={row.key}>{tongue === 'en' ? row.en : row.zh}</li>)}</ul>
          <p className="xj-small xj-muted">{t('dispatch.draft_help')}</p>
        </div>
      )}
    </Dialog>
  )
}
