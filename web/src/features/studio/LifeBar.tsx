/** The bar 草稿 → 检查 → 试运行 → 发布: where a definition stands and the next step, always in view. */
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { useUnfinished } from '@/metadata/conditions/unfinished'
import { Button } from '@/ui/Button'
import { Icon, type IconName } from '@/ui/Icon'
import type { Drafting } from './useDraft'

interface BarProps {
  draft: Drafting
  errors: number
  tried: string | null
  version: number | null
  busy: boolean
  readOnly: boolean
  phone: boolean
  fresh: boolean
  undo: (() => void) | null
  onCheck: () => void
  onTry: () => void
  onPublish: () => void
}

export function LifeBar({ draft, errors, tried, version, busy, readOnly, phone, fresh, undo, onCheck, onTry, onPublish }: BarProps) {
  const { t, tongue } = useTongue()
  const pending = draft.held || draft.state === 'waiting' || draft.state === 'saving' || draft.state === 'failed'
  const saved = draft.state === 'saving' || draft.state === 'waiting' ? t('studio.saving') : draft.state === 'failed' ? t('studio.not_saved') : draft.held ? t('studio.saved_at', { at: moment(draft.savedAt, tongue) }) : version ? t('studio.as_published', { version }) : t('studio.nothing_yet')
  const checkWords = errors ? t('definitions.problems', { count: errors }) : draft.checked ? t('studio.no_problems') : t('definitions.step.check')
  const unfinished = useUnfinished()
  const why = !pending && !fresh ? t('definitions.nothing_to_publish') : errors ? t('studio.mend_first') : unfinished ? t('condition.unfinished') : draft.state === 'conflict' ? t('studio.conflict_first') : undefined
  return (
    <div className="xj-life" role="group" aria-label={t('definitions.life')}>
      <ol>
        <Step icon="edit" at={pending ? (draft.state === 'failed' || draft.state === 'conflict' ? 'bad' : 'done') : 'none'} name={t('definitions.draft')}><span data-state={draft.state} role="status">{saved}</span></Step>
        <li className="xj-life__step" data-at={errors ? 'bad' : draft.checked ? 'done' : 'none'}><Button kind="ghost" icon={errors ? 'alert' : 'tick'} disabled={busy} onClick={onCheck}><span className="xj-life__name">{t('definitions.step.check')}</span><span className="xj-life__say">{checkWords === t('definitions.step.check') ? '' : checkWords}</span></Button></li>
        <li className="xj-life__step" data-at={tried ? 'done' : 'none'}><Button kind="ghost" icon="history" disabled={busy} onClick={onTry}><span className="xj-life__name">{t('definitions.step.dry_run')}</span><span className="xj-life__say">{tried ?? ''}</span></Button></li>
      </ol>
      <span className="xj-life__end">
        {undo && <Button icon="undo" disabled={busy} onClick={undo}>{t('studio.take_back')}</Button>}
        {!readOnly && <Button kind="primary" icon="send" disabled={busy} reason={why} onClick={onPublish}>{phone ? t('definitions.step.publish') : t('studio.publish')}</Button>}
      </span>
    </div>
  )
}

const Step = ({ icon, at, name, children }: { icon: IconName; at: string; name: string; children: React.ReactNode }) => <li className="xj-life__step" data-at={at}><span className="xj-line-nowrap xj-life__plain"><Icon name={icon} /><span className="xj-life__name">{name}</span><span className="xj-life__say">{children}</span></span></li>
