/** A record that follows a playbook: head, one next step, checklist, what other features add, timeline; health, approvals and facts beside. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import type { RecordRow } from '@/api/types'
import { RecordApprovals } from '@/features/approvals/RecordApprovals'
import { Checklist } from '@/features/deal/Checklist'
import { DealHead, MoveMenu, NextButton, NextStepCard } from '@/features/deal/DealHead'
import { ExceptionsCard } from '@/features/deal/Exceptions'
import { HealthCard } from '@/features/deal/HealthCard'
import { PeopleMap } from '@/features/deal/PeopleMap'
import type { Move, Process } from '@/features/deal/queries'
import { Timeline } from '@/features/leads/Timeline'
import { useIsPhone } from '@/lib/screen'
import { useTongue } from '@/lib/text'
import { ApiError } from '@/lib/api'
import { gateOf, otherProblems } from '@/metadata/gate'
import GateRefusal from '@/metadata/GateRefusal'
import { OpeningGuidance } from '@/metadata/GuidanceHost'
import { guidanceOf } from '@/metadata/guidance'
import { FactsPanel } from '@/metadata/RecordFacts'
import { useUpdateRecord, type RecordAnswer } from '@/metadata/records'
import type { ObjectMeta } from '@/metadata/schema'
import { useDone, useRefused } from '@/metadata/undo'
import { useValues } from '@/metadata/useValues'
import { Card } from '@/ui/Card'
import { Skeleton } from '@/ui/Empty'
import { Icon } from '@/ui/Icon'
import { Page } from '@/ui/Page'
import { DEAL_PANELS } from './dealPanels'
import { RelatedCard } from './RelatedCard'
import '@/features/leads/lead.css'
import '@/features/deal/deal.css'

interface DealProps { object: string; record: RecordAnswer; meta: ObjectMeta; process: Process }

const NOT_FACTS = new Set(['playbook', 'playbook_version', 'stage_since', 'unverified', 'evidence', 'updated_at', 'brand'])

export default function DealPage({ object, record, meta, process }: DealProps) {
  const { t, say } = useTongue()
  const phone = useIsPhone()
  const search = useSearch({ strict: false }) as { act?: string }
  const navigate = useNavigate()
  const [approval, setApproval] = useState<string | null>(null)
  const [tried, setTried] = useState<Move | null>(null)
  const context = useValues(record.people, record.related)
  const update = useUpdateRecord(object)
  const done = useDone()
  const refuse = useRefused()
  const focus = (act: string | null) => void navigate({ to: '.', search: (act ? { act } : {}) as never, replace: true, resetScroll: false })
  const book = process.playbook!
  const move = (to: Move) => {
    setTried(to)
    const values = to.to === 'won' && book.status ? { [book.status]: book.won } : { [book.field]: to.to }
    update.mutate({ id: record.id, version: record.version, values, was: record }, {
      onSuccess: (written) => { setTried(null); done(t('deal.moved', { stage: say(to.name) }), written?.change) },
      onError: (error) => { if (!gateOf(error).length && !guidanceOf(error).length) refuse(error) },
    })
  }
  const refused = tried ? gateOf(update.error) : []
  const title = String(record[meta.definition.title] ?? '') || say(meta.definition.name)
  const facts = [...meta.fields.values()].filter((field) => !NOT_FACTS.has(field.key) && (!field.system || ['owner', 'created_at'].includes(field.key)))
  const panel = <FactsPanel object={object} record={record} meta={meta} fields={facts} people={record.people} related={record.related} />
  const next = { process, busy: update.isPending, onAction: (key: string) => focus(key), onMove: move, may: Boolean(record.can?.update) }
  const ask = (flow: string) => { setApproval(flow); setTimeout(() => document.getElementById('ask-approval')?.scrollIntoView({ block: 'center' }), 60) }
  return (
    <Page title={say(meta.definition.name)} subject={title} back={`/records/${object}`}>
      <OpeningGuidance object={object} id={record.id} />
      <DealHead object={object} record={record} meta={meta} process={process} context={context} />
      {refused.length > 0 && tried && <GateRefusal key={tried.to} object={object} id={record.id} lines={refused} others={update.error instanceof ApiError ? otherProblems(update.error.problems) : []} onAction={(key) => focus(key)} onClose={() => { setTried(null); update.reset() }} />}
      <div className="xj-split">
        <div className="xj-stack">
          <NextStepCard {...next} />
          <Checklist object={object} record={record} meta={meta} process={process} focus={search.act ?? null} onFocus={focus} onApproval={ask} />
          <DealPanels object={object} record={record} />
          {phone && <details className="xj-facts-fold"><summary>{t('lead.facts')}<Icon name="down" /></summary><div>{panel}</div></details>}
          {!phone && <Card flush title={t('lead.tab.timeline')}><Timeline object={object} id={record.id} meta={meta} /></Card>}
        </div>
        <aside className="xj-stack" aria-label={t('lead.facts')}>
          {!process.closed && <HealthCard object={object} id={record.id} unverified={process.unverified ?? false} onAction={(key) => focus(key)} />}
          <RecordApprovals object={object} id={record.id} may={Boolean(record.can?.update)} asking={approval} onAsking={setApproval} />
          <ExceptionsCard object={object} id={record.id} process={process} />
          {typeof record.customer === 'string' && <PeopleMap customer={record.customer} />}
          {!phone && <Card title={t('lead.facts')}>{panel}</Card>}
          {meta.definition.inverses?.map((inverse) => <RelatedCard key={inverse.key} object={object} id={record.id} inverse={inverse} />)}
          {phone && <Card flush title={t('lead.tab.timeline')}><Timeline object={object} id={record.id} meta={meta} /></Card>}
        </aside>
      </div>
      <div className="xj-actionbar"><NextButton {...next} /><MoveMenu {...next} up /></div>
    </Page>
  )
}

/** The cards of other features. */
function DealPanels({ object, record }: { object: string; record: RecordRow }) {
  const { t } = useTongue()
  return DEAL_PANELS.map(({ key, component: Panel }) => <Suspense key={key} fallback={<div className="xj-card"><Skeleton rows={2} label={t('common.loading')} /></div>}><Panel object={object} id={record.id} record={record} /></Suspense>)
}
