/** The studio's frame around one definition: list, canvas, preview; its draft, its life, its past and who uses it. */
import { useNavigate } from '@tanstack/react-router'
import { Suspense, useMemo, useState, type ComponentType } from 'react'
import type { Problem } from '@/api/types'
import { ApiError } from '@/lib/api'
import { problemText } from '@/lib/errors'
import { useIsPhone } from '@/lib/screen'
import { useTongue } from '@/lib/text'
import { useRefused } from '@/metadata/undo'
import { useValues } from '@/metadata/useValues'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import { Skeleton } from '@/ui/Empty'
import { Status, Tag } from '@/ui/Status'
import { Tabs } from '@/ui/Tabs'
import { showToast } from '@/ui/Toast'
import { CompareDialog, type Compared } from './Compare'
import type { Doc, EditorProps, PreviewProps } from './contract'
import { DefinitionList } from './DefinitionList'
import { Effects } from './Effects'
import { DryRunPanel } from './DryRunPanel'
import { LifeBar } from './LifeBar'
import { MoreMenu } from './MoreMenu'
import { Problems } from './Problems'
import { PublishDialog, type Together } from './PublishDialog'
import { useLife, useVersions, type Definition, type DryRun } from './queries'
import { History, rolledBackTo, Usage } from './Sides'
import TextEditor from './TextEditor'
import { useDraft } from './useDraft'

export interface StudioParts { editors: Record<string, ComponentType<EditorProps>>; previews: Record<string, ComponentType<PreviewProps>>; wide: readonly string[] }
interface StudioProps extends StudioParts { kind: string; name: string; found: Definition | undefined; begin: Doc; may: boolean }

type Side = 'preview' | 'history' | 'usage'

export function Studio({ kind, name, found, begin, may, editors, previews, wide }: StudioProps) {
  const { t, tongue, say } = useTongue()
  const navigate = useNavigate()
  const phone = useIsPhone()
  const draft = useDraft(kind, name, found, begin)
  const life = useLife(kind, name)
  const refused = useRefused()
  const person = useValues().names.person
  const own = editors[kind]
  const Preview = previews[kind]
  const [asText, setAsText] = useState(false)
  const [side, setSide] = useState<Side | null>(Preview && !wide.includes(kind) ? 'preview' : wide.includes(kind) ? null : 'history')
  const [trying, setTrying] = useState(0)
  const [tried, setTried] = useState<DryRun | null>(null)
  const [asking, setAsking] = useState(false)
  const [comparing, setComparing] = useState<Compared | null>(null)
  const [extra, setExtra] = useState<Problem[]>([])
  const published = found?.document ?? null
  const version = found?.version ?? null
  const readOnly = !may || phone
  const problems = useMemo(() => [...draft.problems, ...extra], [draft.problems, extra])
  const errors = problems.filter((problem) => (problem.severity ?? 'error') === 'error').length
  const undo = useTakeBack(kind, name, found, may && !draft.held && (draft.state === 'clean' || draft.state === 'saved'))
  const busy = life.publish.isPending || life.rollBack.isPending || life.dryRun.isPending
  const title = say(draft.document.name as never, name)
  const Editor = asText || !own ? TextEditor : own
  const refuse = (error: unknown) => { if (error instanceof ApiError && error.problems.length) setExtra(error.problems.filter((problem) => !draft.problems.some((each) => each.code === problem.code && each.path === problem.path))); refused(error) }
  const change = (next: Doc) => { setExtra([]); setTried(null); draft.change(next) }
  const check = async () => { setExtra([]); if (may && !phone) { if (await (draft.checked ? draft.flush() : draft.begin())) return } }
  const tryIt = () => setTrying((now) => now + 1)
  const ask = async () => { if (!(await (draft.held ? draft.flush() : draft.begin()))) return; setAsking(true) }
  const back = (to: number | null) => {
    const done = () => { showToast({ kind: 'done', text: to === null ? t('studio.retired') : t('definitions.rolled_back', { version: to }) }) }
    // A promise, not callbacks: what is gone may have taken this screen away before they are called.
    if (to === null) life.retire.mutateAsync(undefined).then(() => { done(); void navigate({ to: '/settings', search: { kind } as never }) }, refuse)
    else life.rollBack.mutate({ version: to, note: '' }, { onSuccess: done, onError: refuse })
  }
  const publish = (note: string, items: Together[]) => life.publish.mutate({ note, items }, {
    onSuccess: () => {
      setAsking(false); draft.published(); setExtra([])
      showToast({ kind: 'done', text: t('studio.in_force', { name: title }), action: { label: t('studio.take_back'), run: () => back(version) } })
    },
    onError: (error) => { setAsking(false); refuse(error) },
  })
  const stale = extra.length === 0 && life.publish.error instanceof ApiError && life.publish.error.code === 'definitions.conflict' ? Number(life.publish.error.data.in_force) : null
  return (
    <div className="xj-studio" data-side={side ? 'open' : 'closed'}>
      {!phone && <DefinitionList kind={kind} name={name} />}
      <div className="xj-studio__canvas">
        <header className="xj-studio__head">
          <div className="xj-grow">
            <h1 className="xj-headline">{title}</h1>
            <p className="xj-line xj-small xj-muted"><span>{t(`definitions.kind.${kind}`)}</span>{version ? <span>{t('definitions.version', { version })}</span> : <Status kind="idle">{t('definitions.unpublished')}</Status>}{draft.held && <Tag tint>{t('definitions.draft')}</Tag>}{draft.held && found?.draft?.saved_by && <span>{t('studio.written_by', { who: person(found.draft.saved_by) || t('event.system') })}</span>}</p>
          </div>
          {own && !phone && <Tabs soft label={t('studio.view')} value={asText ? 'text' : 'form'} onChange={(next) => setAsText(next === 'text')} tabs={[{ key: 'form', label: t('studio.as_form') }, { key: 'text', label: 'YAML' }]} />}
          <MoreMenu kind={kind} name={name} document={draft.document} may={may} phone={phone} held={draft.held} version={version} draftVersion={draft.version} side={side} onSide={() => setSide(side ? null : Preview ? 'preview' : 'history')} onCompare={async () => { await draft.flush(); setComparing({ a: version, b: draft.version ?? version }) }} onDiscard={() => life.discard.mutate(undefined, { onSuccess: () => void draft.takeTheirs().catch(() => void navigate({ to: '/settings', search: { kind } as never })), onError: refuse })} onRetire={() => back(null)} />
        </header>
        {found?.quarantine && <Notice kind="error"><div className="xj-stack-8 xj-grow"><strong>{t('definitions.quarantined')}</strong><span>{problemText(found.quarantine, t, tongue)}</span><span className="xj-small">{t('studio.how_to_mend')}</span>{may && <span><Button size="small" icon="refresh" disabled={life.release.isPending} onClick={() => life.release.mutate(undefined, { onSuccess: (answer) => showToast({ kind: answer.released ? 'done' : 'error', text: t(answer.released ? 'studio.released' : 'studio.not_released') }), onError: refuse })}>{t('studio.release')}</Button></span>}</div></Notice>}
        {draft.state === 'conflict' && <Notice kind="error"><div className="xj-stack-8 xj-grow"><strong>{t('studio.conflict', { who: person(draft.other?.by) || t('studio.somebody') })}</strong><span>{t('studio.conflict_help')}</span><span className="xj-line"><Button size="small" onClick={() => void draft.keepMine()}>{t('studio.keep_mine')}</Button><Button size="small" onClick={() => void draft.takeTheirs()}>{t('studio.take_theirs')}</Button></span></div></Notice>}
        {stale && <Notice kind="error"><div className="xj-stack-8 xj-grow"><strong>{t('studio.stale', { version: stale })}</strong><span className="xj-line"><Button size="small" onClick={() => setComparing({ a: stale, b: draft.version })}>{t('studio.compare')}</Button><Button size="small" onClick={() => { life.publish.reset(); void draft.seen(stale) }}>{t('studio.publish_over')}</Button></span></div></Notice>}
        {phone && may && <p className="xj-small xj-muted">{t('definitions.phone')}</p>}
        {!may && <Notice kind="info"><span>{t('studio.read_only')}</span></Notice>}
        <Effects kind={kind} name={name} />
        <Problems problems={problems} document={draft.document} name={`${kind}/${name}`} />
        <Suspense fallback={<Skeleton rows={8} label={t('common.loading')} />}>
          <Editor document={draft.document} onChange={change} problems={problems} readOnly={readOnly} published={published} />
        </Suspense>
        {trying > 0 && <DryRunPanel kind={kind} name={name} document={draft.document} published={published} ready={() => (may && !phone ? draft.flush() : Promise.resolve(true))} round={trying} onResult={setTried} onClose={() => { setTrying(0); setTried(null) }} />}
        <LifeBar draft={draft} errors={errors} tried={tried ? (typeof tried.acted === 'number' ? t('studio.times', { count: tried.acted }) : t('studio.tried')) : null} version={version} busy={busy} readOnly={!may} phone={phone} fresh={!version} undo={undo === undefined ? null : () => back(undo)} onCheck={() => void check()} onTry={tryIt} onPublish={() => void ask()} />
        {phone && found && (
          <>
            <section className="xj-card" aria-label={t('definitions.history')}><h2 className="xj-studio__fold">{t('definitions.history')}</h2><History kind={kind} name={name} may={may} busy={busy} onBack={back} onCompare={(other) => setComparing({ a: other, b: version })} /></section>
            <section className="xj-card" aria-label={t('definitions.usage')}><h2 className="xj-studio__fold">{t('definitions.usage')}</h2><Usage kind={kind} name={name} /></section>
          </>
        )}
      </div>
      {!phone && side && (
        <aside className="xj-studio__side" aria-label={t('definitions.sides')}>
          <Tabs label={t('definitions.sides')} value={side} onChange={setSide} tabs={[...(Preview ? [{ key: 'preview' as Side, label: t('studio.preview') }] : []), { key: 'history' as Side, label: t('definitions.history') }, { key: 'usage' as Side, label: t('definitions.usage') }]} />
          {side === 'preview' && Preview && <Suspense fallback={<Skeleton rows={6} label={t('common.loading')} />}><Preview document={draft.document} problems={problems} /></Suspense>}
          {side !== 'preview' && <div className="xj-card">{!found ? <p className="xj-card__body xj-muted">{t('studio.first_publish')}</p> : side === 'history' ? <History kind={kind} name={name} may={may} busy={busy} onBack={back} onCompare={(other) => setComparing({ a: other, b: draft.held ? draft.version : version })} /> : <Usage kind={kind} name={name} />}</div>}
        </aside>
      )}
      {asking && <PublishDialog kind={kind} name={name} document={draft.document} version={version} draftVersion={draft.version} round={draft.savedAt} busy={busy} onClose={() => setAsking(false)} onPublish={publish} />}
      {comparing && <CompareDialog kind={kind} name={name} start={comparing} document={draft.document} round={draft.savedAt} onClose={() => setComparing(null)} />}
    </div>
  )
}

const A_DAY = 86_400_000

/** Publications carry the real time, not the workspace's clock. Where the last one leads when it is taken back: the version before, null when there was none; undefined when there is nothing to take back. */
function useTakeBack(kind: string, name: string, found: Definition | undefined, still: boolean): number | null | undefined {
  const version = found?.version
  const recent = still && Boolean(version && found.published_by) && Date.now() - Date.parse(found!.published_at ?? '') < A_DAY
  const wanted = recent && !rolledBackTo(found!.note) && (version! > 1 || !found!.origin)
  const { data } = useVersions(kind, name, wanted)
  if (!wanted || data?.find((row) => row.status !== 'draft')?.version !== version) return undefined
  return data!.find((row) => row.status !== 'draft' && row.version < version!)?.version ?? null
}
