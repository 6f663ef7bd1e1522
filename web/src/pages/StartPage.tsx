/** 开始: from a dropped table to five findings, a reminder, a dispatch table, the phone and the morning page. */
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { DormantList } from '@/features/diagnosis/DormantList'
import { DiagnosisReport } from '@/features/diagnosis/DiagnosisReport'
import { MorningSheet } from '@/features/diagnosis/MorningSheet'
import { useSilences } from '@/features/diagnosis/queries'
import { ImportFlow } from '@/features/imports/ImportFlow'
import { download, many, usePastRuns, useUndoImport } from '@/features/imports/queries'
import { DispatchStart } from '@/features/start/DispatchStart'
import { PhonePreview } from '@/features/start/PhonePreview'
import { Reminder } from '@/features/start/Reminder'
import { Team } from '@/features/start/Team'
import { useIsPhone } from '@/lib/screen'
import { useTongue } from '@/lib/text'
import { call } from '@/lib/api'
import { useMe } from '@/metadata/session'
import { useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Page } from '@/ui/Page'
import { showToast } from '@/ui/Toast'
import '@/features/start/start.css'

const STEPS = ['import', 'diagnosis', 'remind', 'dispatch', 'phone', 'morning'] as const
type Step = (typeof STEPS)[number] | 'dormant'

export default function StartPage() {
  const phone = useIsPhone()
  const { t } = useTongue()
  const navigate = useNavigate()
  const search = useSearch({ strict: false }) as { step?: string; run?: string }
  const step: Step = ([...STEPS, 'dormant'] as string[]).includes(search.step ?? '') ? (search.step as Step) : 'import'
  const go = (next: Step, run?: string) => void navigate({ to: '/start', search: { ...(next === 'import' ? {} : { step: next }), ...(run ? { run } : {}) } as never })
  const next = (to: Step, label?: string) => <Button kind="primary" data-go={to} onClick={() => go(to)}>{label ?? t(`start.to.${to}`)}</Button>
  const shown = step === 'dormant' ? 'diagnosis' : step
  return (
    <Page title={t('start.title')}>
      <ol className="xj-start__steps" aria-label={t('start.steps')}>{STEPS.map((each) => <li key={each}><Link to="/start" search={(each === 'import' ? {} : { step: each }) as never} aria-current={shown === each ? 'step' : undefined} activeOptions={{ exact: true, includeSearch: true }} activeProps={{}} ref={(link: HTMLAnchorElement | null) => { if (shown === each) link?.scrollIntoView({ block: 'nearest', inline: 'nearest' }) }}>{t(`start.step.${each}`)}</Link></li>)}</ol>
      {step === 'import' && <ImportFlow key={search.run ?? ''} object="customer" mode="history" headline={t(phone ? 'start.choose_table' : 'start.drop')} resume={search.run ?? null} onRun={(run) => go('import', run)} intro={<div className="xj-hero"><h1>{t('start.sentence')}</h1><p><DemoLink /></p></div>} after={next('diagnosis')} behind={<DiagnosisReport quiet onDormant={() => go('dormant')} />} />}
      {step === 'diagnosis' && <><div className="xj-page__head"><h1>{t('diag.title')}</h1>{next('remind')}</div><DiagnosisReport onDormant={() => go('dormant')} /></>}
      {step === 'dormant' && <DormantList onBack={() => go('diagnosis')} next={next('remind')} />}
      {step === 'remind' && <Reminder silences={<SilenceLine />} next={next('dispatch')} />}
      {step === 'dispatch' && <DispatchStart next={next('phone')} />}
      {step === 'phone' && <PhonePreview next={next('morning')} />}
      {step === 'morning' && <><MorningSheet tomorrow /><Team /><Leave /></>}
    </Page>
  )
}

/** Into the demo organisation: at once when this login belongs to one, else by signing in there. */
function DemoLink() {
  const { t } = useTongue()
  const me = useMe()
  const refused = useRefused()
  const demo = me?.workspaces.find((each) => each.key !== me.workspace.key)
  const visit = () => { if (demo) void call('post', '/api/v1/session/workspace', { body: { workspace: demo.key } }).then(() => { globalThis.location.assign('/diagnosis') }).catch(refused) }
  return demo ? <Button kind="link" onClick={visit}>{t('start.demo_first')}</Button> : <Link to="/sign-in" search={{ next: '/diagnosis' }} className="xj-muted">{t('start.demo_first')}</Link>
}

function SilenceLine() {
  const { t } = useTongue()
  const silences = useSilences().data
  if (!silences) return null
  return <p data-silences={silences.times}><strong>{t('start.silences', { times: many(silences.times), days: silences.days, customers: many(silences.customers) })}</strong> <span className="xj-muted">{silences.people.slice(0, 3).map((each) => `${each.name ?? '—'} ${each.count}`).join(' · ')}</span></p>
}

/** Leaving is as easy as staying: everything as files, and the import taken back. */
function Leave() {
  const { t } = useTongue()
  const runs = usePastRuns().data?.rows.filter((each) => each.status === 'done') ?? []
  const undo = useUndoImport()
  const refused = useRefused()
  const all = async () => { try { for (const object of ['customer', 'contact', 'deal', 'task']) await download('/api/v1/records/{object_key}/export', { path: { object_key: object }, query: { form: 'xlsx' } }, `${object}.xlsx`) } catch (error) { refused(error) } }
  return (
    <Card title={t('start.leave_head')}>
      <p className="xj-muted">{t('start.leave_help')}</p>
      <div className="xj-line">
        <Button data-export-all onClick={() => void all()}>{t('start.export_all')}</Button>
        {runs.slice(0, 3).map((run) => <Button key={run.id} kind="danger" icon="undo" data-undo-import disabled={undo.isPending} onClick={() => undo.mutate(run.id, { onSuccess: (result) => showToast({ kind: 'done', text: t('imp.undone', { count: result.restored, cannot: result.cannot.length }) }), onError: refused })}>{t('start.take_back', { name: run.name ?? run.object })}</Button>)}
      </div>
    </Card>
  )
}
