/** API tokens: who has which, what they may do; a new one is shown once. */
import { useState } from 'react'
import { makeToken, revokeToken, useAdmin, useTokens, type TokenRow } from '@/features/admin/queries'
import '@/features/admin/admin.css'
import { errorText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { CopyButton } from '@/metadata/CopyButton'
import { QueryState } from '@/metadata/QueryState'
import { useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Field } from '@/ui/Field'
import { Page } from '@/ui/Page'
import { Tag } from '@/ui/Status'

export default function TokensPage() {
  const { t } = useTongue()
  const tokens = useTokens()
  const [made, setMade] = useState('')
  const live = tokens.data?.rows.filter((token) => !token.revoked_at) ?? []
  const scopes = tokens.data ? (Array.isArray(tokens.data.scopes) ? tokens.data.scopes : Object.keys(tokens.data.scopes)) : []
  return (
    <Page title={t('screens.tokens')}>
      <div className="xj-page__head"><h1>{tokens.data ? t('tokens.head', { count: live.length }) : t('screens.tokens')}</h1></div>
      {made && <Notice kind="done"><span>{t('tokens.once')}</span><code className="xj-code xj-secret" data-token>{made}</code><CopyButton text={made} label={t('tokens.copy')} /></Notice>}
      <div className="xj-split">
        <Card flush title={t('tokens.list')}>
          {!tokens.data ? <QueryState query={tokens} /> : live.length === 0 ? <Empty icon="lock" title={t('tokens.none')}>{t('tokens.none_help')}</Empty> : <ul>{live.map((token) => <Line key={token.id} token={token} />)}</ul>}
        </Card>
        <Card title={t('tokens.new')}><NewToken scopes={scopes} onMade={setMade} /></Card>
      </div>
    </Page>
  )
}

function Line({ token }: { token: TokenRow }) {
  const { t, tongue } = useTongue()
  const [sure, setSure] = useState(false)
  const revoke = useAdmin(revokeToken)
  const refused = useRefused()
  return (
    <li className="xj-row">
      <span className="xj-row__main"><span className="xj-line"><strong>{token.name}</strong><Tag>{t(`tokens.type.${token.kind}`, { defaultValue: token.kind })}</Tag></span><span className="xj-small xj-muted">{t(token.used_at ? 'tokens.used' : 'tokens.unused', { at: token.used_at ? moment(token.used_at, tongue) : '' })}{token.expires_at ? ` · ${t('tokens.until', { at: moment(token.expires_at, tongue) })}` : ''}</span>{token.scopes.length > 0 && <span className="xj-small xj-second">{token.scopes.map((scope) => t(`tokens.scope.${scope.replace(/[.:]/g, '_')}`, { defaultValue: scope })).join(tongue === 'en' ? ', ' : '、')}</span>}</span>
      <Button size="small" kind="danger" disabled={revoke.isPending} onClick={() => (sure ? revoke.mutate(token.id, { onError: refused }) : setSure(true))}>{t(sure ? 'tokens.revoke_sure' : 'tokens.revoke')}</Button>
    </li>
  )
}

function NewToken({ scopes, onMade }: { scopes: string[]; onMade: (token: string) => void }) {
  const { t, tongue } = useTongue()
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<string[]>([])
  const make = useAdmin(makeToken)
  const ready = name.trim() && chosen.length
  return (
    <form className="xj-form" onSubmit={(event) => { event.preventDefault(); if (ready) make.mutate({ name: name.trim(), scopes: chosen, expires_at: null }, { onSuccess: (answer) => { onMade(answer.token); setName(''); setChosen([]) } }) }}>
      {make.error && <Notice kind="error">{errorText(make.error, t, tongue)}</Notice>}
      <Field label={t('tokens.name')} required hint={t('tokens.name_hint')}>{(control) => <input {...control} className="xj-input" value={name} onChange={(event) => setName(event.target.value)} />}</Field>
      <fieldset className="xj-field"><legend className="xj-field__label">{t('tokens.scopes')}</legend>
        {scopes.map((scope) => <label key={scope} className="xj-check"><input type="checkbox" checked={chosen.includes(scope)} onChange={(event) => setChosen((old) => (event.target.checked ? [...old, scope] : old.filter((each) => each !== scope)))} />{t(`tokens.scope.${scope.replace(/[.:]/g, '_')}`, { defaultValue: scope })}</label>)}
      </fieldset>
      <div className="xj-form__foot"><Button type="submit" kind="primary" disabled={make.isPending} reason={ready ? undefined : t('tokens.needs')}>{t('tokens.make')}</Button></div>
    </form>
  )
}
