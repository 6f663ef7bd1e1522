/** Everything configurable, by kind. */
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { KINDS, useDefinitions, type DefinitionRow } from '@/features/definitions/queries'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { useRight } from '@/metadata/session'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Field } from '@/ui/Field'
import { Page } from '@/ui/Page'
import { Status, Tag } from '@/ui/Status'
import { Tabs } from '@/ui/Tabs'
import '@/features/definitions/definitions.css'

export default function DefinitionsPage() {
  const { t } = useTongue()
  const navigate = useNavigate()
  const search = useSearch({ strict: false }) as { kind?: string }
  const kind = KINDS.find((each) => each === search.kind) ?? 'rule'
  const query = useDefinitions(kind)
  const may = useRight('definitions.write')
  const broken = query.data?.filter((row) => row.quarantine).length ?? 0
  return (
    <Page title={t('nav.settings')}>
      <div><h1 className="xj-headline">{query.data ? t(broken ? 'definitions.head_broken' : 'definitions.head', { kind: t(`definitions.kind.${kind}`), count: query.data.length, broken }) : t('nav.settings')}</h1><p className="xj-muted">{t(`definitions.about.${kind}`)}</p></div>
      <div><Tabs label={t('definitions.kinds')} value={kind} onChange={(key) => void navigate({ to: '/settings', search: { kind: key } as never })} tabs={KINDS.map((key) => ({ key, label: t(`definitions.kind.${key}`) }))} /></div>
      <Card flush label={t(`definitions.kind.${kind}`)}>
        {!query.data ? <QueryState query={query} /> : query.data.length === 0 ? <Empty icon="settings" title={t('definitions.none')} /> : <ul>{query.data.map((row) => <Row key={row.key} kind={kind} row={row} />)}</ul>}
      </Card>
      {may && <NewDefinition kind={kind} />}
    </Page>
  )
}

function Row({ kind, row }: { kind: string; row: DefinitionRow }) {
  const { t, say } = useTongue()
  const draft = Boolean(row.draft_version)
  return (
    <li>
      <Link to="/settings/$kind/$key" params={{ kind, key: row.key }} className="xj-row" style={{ color: 'inherit' }}>
        <span className="xj-row__main"><strong>{say(row.name, row.key)}</strong><span className="xj-facts-line xj-small"><span className="xj-code">{row.key}</span>{row.origin && <span>{row.origin}</span>}</span></span>
        {draft && <Tag tint>{t('definitions.draft')}</Tag>}
        {row.quarantine ? <Status kind="overdue">{t('definitions.quarantined')}</Status> : row.version ? <Status kind="done">{t('definitions.version', { version: row.version })}</Status> : <Status kind="idle">{t('definitions.unpublished')}</Status>}
      </Link>
    </li>
  )
}

function NewDefinition({ kind }: { kind: string }) {
  const { t } = useTongue()
  const navigate = useNavigate()
  const [key, setKey] = useState('')
  const good = /^[a-z][a-z0-9_]*$/.test(key)
  return (
    <Card title={t('definitions.new')}>
      <form className="xj-line" style={{ alignItems: 'flex-end' }} onSubmit={(event) => { event.preventDefault(); if (good) void navigate({ to: '/settings/$kind/$key', params: { kind, key } }) }}>
        <div style={{ width: 280, maxWidth: '100%' }}><Field label={t('definitions.key')} hint={t('definitions.key_hint')}>{(control) => <input {...control} className="xj-input xj-code" value={key} onChange={(event) => setKey(event.target.value)} />}</Field></div>
        <Button type="submit" icon="plus" reason={good ? undefined : t('definitions.key_hint')}>{t('definitions.create')}</Button>
      </form>
    </Card>
  )
}
