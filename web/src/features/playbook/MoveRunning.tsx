/** Records that still run on older versions of the playbook: what a move to the version in force would change, then the move. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call } from '@/lib/api'
import type { Problem, Text } from '@/api/types'
import { errorText, problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { useDone } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'

interface Running { version: number; older: { version: number; count: number }[]; count: number; staying: number; stopped: number; freed: number; moved: number; capped: boolean; unfit: { version: number; transition: string; name: Text; problem: Problem }[]; change?: string | null }

export function MoveRunning({ name, readOnly }: { name: string; readOnly: boolean }) {
  const { t, tongue, say } = useTongue()
  const client = useQueryClient()
  const done = useDone()
  const ask = (preview: boolean) => call<Running>('post', '/api/v1/process/playbooks/{key}/move', { path: { key: name }, body: { preview } })
  const query = useQuery({ queryKey: ['definitions', 'running', name], queryFn: () => ask(true), enabled: !readOnly, retry: false })
  const move = useMutation({ mutationFn: () => ask(false), onSuccess: (answer) => { done(t('playbook.moved', { count: answer.moved, version: answer.version }), answer.change); void client.invalidateQueries() } })
  const found = query.data
  if (!found || (!found.count && !found.unfit.length)) return null
  return (
    <Card title={t('playbook.running')}>
      <div className="xj-stack-8">
        {found.unfit.length > 0 && (
          <Notice kind="error">
            <div className="xj-stack-8">
              <p>{t('playbook.unfit')}</p>
              <ul className="xj-stack">{found.unfit.map((each) => <li key={`${each.version}/${each.transition}`}>v{each.version} · {say(each.name, each.transition)}：{problemText(each.problem, t, tongue)}</li>)}</ul>
            </div>
          </Notice>
        )}
        {found.count > 0 && <p>{t('playbook.running_says', { count: found.count, versions: found.older.map((each) => `v${each.version} × ${each.count}`).join('、'), version: found.version })}</p>}
        {found.count > 0 && <p className="xj-second">{t('playbook.running_effect', { stopped: found.stopped, freed: found.freed })}{found.staying > 0 ? ` ${t('playbook.running_staying', { count: found.staying })}` : ''}{found.capped ? ` ${t('playbook.running_capped')}` : ''}</p>}
        {move.error && <Notice kind="error">{errorText(move.error, t, tongue)}</Notice>}
        {found.count > 0 && <div><Button disabled={move.isPending || found.count === found.staying} onClick={() => move.mutate()}>{t('playbook.move_running', { count: found.count - found.staying, version: found.version })}</Button></div>}
      </div>
    </Card>
  )
}
