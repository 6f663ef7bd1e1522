/** One lead: head and next action, timeline left, facts right; facts folded and actions fixed on the phone. */
import { useParams } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import { ConvertDialog, AssignDialog } from '@/features/leads/LeadDialogs'
import { CallSheet, useOneTap } from '@/features/leads/CallSheet'
import { LeadHead, leadTitle, MoreMenu, type LeadActions } from '@/features/leads/LeadHead'
import { NextButton, NextCard, useNextStep } from '@/features/leads/NextCard'
import { LeadHistory, LeadLedger, LeadRuns, LeadTasks } from '@/features/leads/LeadTabs'
import { ProposalsCard } from '@/features/leads/Proposals'
import { Timeline } from '@/features/leads/Timeline'
import { TouchLog } from '@/features/leads/TouchLog'
import { useLeadTimers } from '@/features/leads/queries'
import { usePick } from '@/features/pools/queries'
import { useIsPhone } from '@/lib/screen'
import { useTongue } from '@/lib/text'
import { OpeningGuidance } from '@/metadata/GuidanceHost'
import { FactsPanel } from '@/metadata/RecordFacts'
import { QueryState } from '@/metadata/QueryState'
import { useRecord } from '@/metadata/records'
import { useObject } from '@/metadata/schema'
import { useDone, useRefused } from '@/metadata/undo'
import { useValues } from '@/metadata/useValues'
import { Card } from '@/ui/Card'
import { Icon } from '@/ui/Icon'
import { Tabs } from '@/ui/Tabs'
import { Page } from '@/ui/Page'
import '@/features/leads/lead.css'
import '@/features/daily/daily.css'

type Tab = 'timeline' | 'tasks' | 'ledger' | 'history' | 'runs'
const TABS: Tab[] = ['timeline', 'tasks', 'ledger', 'history', 'runs']
const NOT_FACTS = new Set(['first_response_at', 'last_touch_at', 'last_followup_at', 'converted_at', 'assigned_at', 'updated_at', 'brand', 'device', 'ip', 'external_id', 'video_id', 'owner', 'created_at', 'vip', 'urgent', 'urgent_at', 'urgent_answered_at', 'solution_at'])

export default function LeadPage() {
  const { id } = useParams({ strict: false }) as { id: string }
  const { t, say } = useTongue()
  const phone = useIsPhone()
  const query = useRecord('lead', id)
  const { meta, ...schema } = useObject('lead')
  const times = useLeadTimers(useMemo(() => [id], [id]))
  const context = useValues(query.data?.people, query.data?.related)
  const [tab, setTab] = useState<Tab>('timeline')
  const [dialog, setDialog] = useState<'convert' | 'assign' | null>(null)
  const log = useRef<HTMLDivElement>(null)
  const pick = usePick()
  const done = useDone()
  const refused = useRefused()
  const step = useNextStep(query.data)
  const { called, dial, close } = useOneTap()
  if (!query.data || !meta) return <Page title={t('nav.leads')}><QueryState query={query.data ? schema : query} rows={8} /></Page>
  const lead = query.data
  const facts = [...meta.fields.values()].filter((field) => !NOT_FACTS.has(field.key) && !field.system && !field.server_owned)
  const actions: LeadActions = {
    onTouch: () => { log.current?.scrollIntoView({ block: 'center' }); log.current?.querySelector('textarea')?.focus({ preventScroll: true }) },
    onDial: () => dial(lead),
    onConvert: () => setDialog('convert'),
    onAssign: () => setDialog('assign'),
    onPick: () => pick.mutate({ pool: String(lead.pool), record: lead.id }, { onSuccess: (written) => done(t('pool.picked'), written?.change), onError: refused }),
  }
  const panel = <FactsPanel object="lead" record={lead} meta={meta} fields={facts} people={lead.people} related={lead.related} />
  return (
    <Page title={t('nav.leads')} subject={leadTitle(lead)} back="/leads">
      <OpeningGuidance object="lead" id={id} />
      <LeadHead lead={lead} times={times} context={context} />
      <div className="xj-split">
        <div className="xj-stack">
          <NextCard lead={lead} times={times} actions={actions} step={step} />
          {phone && <details className="xj-facts-fold"><summary>{t('lead.facts')}<Icon name="down" /></summary><div>{panel}</div></details>}
          <div ref={log}><Card title={t('touch.title')}><TouchLog lead={lead} /></Card></div>
          <Card flush title={<Tabs soft label={t('lead.tabs')} value={tab} onChange={setTab} tabs={TABS.map((key) => ({ key, label: t(`lead.tab.${key}`) }))} />}>
            {tab === 'timeline' && <Timeline object="lead" id={id} meta={meta} />}
            {tab === 'tasks' && <LeadTasks id={id} />}
            {tab === 'ledger' && <LeadLedger id={id} />}
            {tab === 'history' && <LeadHistory id={id} meta={meta} />}
            {tab === 'runs' && <LeadRuns id={id} />}
          </Card>
        </div>
        <aside className="xj-stack" aria-label={t('lead.facts')}>
          <ProposalsCard lead={id} />
          {!phone && <Card title={t('lead.facts')}>{panel}</Card>}
          <Card flush className="xj-why" title={t('ledger.why')}><LeadLedger id={id} brief /></Card>
        </aside>
      </div>
      <div className="xj-actionbar"><NextButton lead={lead} actions={actions} step={step} /><MoreMenu lead={lead} actions={actions} up /></div>
      {called && <CallSheet key={called.at} called={called} onClose={close} />}
      {dialog === 'convert' && <ConvertDialog lead={lead} title={leadTitle(lead)} onClose={() => setDialog(null)} />}
      {dialog === 'assign' && <AssignDialog lead={lead} title={say(leadTitle(lead))} onClose={() => setDialog(null)} />}
    </Page>
  )
}
