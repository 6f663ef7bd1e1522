/** One definition: its document, and the bar 草稿 → 检查 → 试运行 → 发布; history, what uses it. */
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { DefinitionEditor } from '@/features/definitions/DefinitionEditor'
import { UsageCard, VersionsCard } from '@/features/definitions/sides'
import { useDefinition } from '@/features/definitions/queries'
import { ApiError } from '@/lib/api'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { useRight } from '@/metadata/session'
import { Notice } from '@/ui/Card'
import { Page } from '@/ui/Page'
import { problemText } from '@/lib/errors'
import '@/features/definitions/definitions.css'

export default function DefinitionPage() {
  const { kind, key } = useParams({ strict: false }) as { kind: string; key: string }
  const { t, tongue, say } = useTongue()
  const query = useDefinition(kind, key)
  const may = useRight('definitions.write')
  const [round, setRound] = useState(0)
  const fresh = query.error instanceof ApiError && query.error.status === 404
  const found = query.data
  if (!found && !fresh) return <Page title={t('nav.settings')} back="/settings"><QueryState query={query} rows={8} /></Page>
  const document = found?.draft?.document ?? found?.document ?? { name: { zh: '', en: '' } }
  const name = say((document as { name?: { zh?: string; en?: string } }).name, key)
  return (
    <Page title={t('nav.settings')} subject={name} back="/settings">
      <div><h1 className="xj-headline">{name}</h1><p className="xj-facts-line"><span>{t(`definitions.kind.${kind}`)}</span><span className="xj-code">{key}</span><span>{found?.version ? t('definitions.version', { version: found.version }) : t('definitions.unpublished')}</span></p></div>
      {found?.quarantine && <Notice kind="error"><strong>{t('definitions.quarantined')}</strong><span>{problemText(found.quarantine, t, tongue)}</span></Notice>}
      <div className="xj-split">
        <DefinitionEditor key={`${kind}.${key}.${round}`} kind={kind} name={key} document={document as Record<string, unknown>} hasDraft={Boolean(found?.draft)} readOnly={!may} />
        <aside className="xj-stack" aria-label={t('definitions.sides')}>
          {!fresh && <VersionsCard kind={kind} name={key} current={found?.version ?? null} may={may} onRolledBack={() => setRound((now) => now + 1)} />}
          {!fresh && <UsageCard kind={kind} name={key} />}
        </aside>
      </div>
    </Page>
  )
}
