/** Where a source's deliveries go: its address with the code to scan, shown once when it is made; hosted form and snippet. */
import { useState } from 'react'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { CopyButton } from '@/metadata/CopyButton'
import { useMe, useRight } from '@/metadata/session'
import { useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { useMakeToken, useTokens } from './queries'

export function Address({ source, via, live }: { source: string; via: string; live: boolean }) {
  const { t, tongue } = useTongue()
  const may = useRight('tokens.write')
  const tokens = useTokens(may)
  const make = useMakeToken(source)
  const refused = useRefused()
  const [preview, setPreview] = useState(false)
  const mine = tokens.data?.filter((token) => token.source === source && !token.revoked_at) ?? []
  const token = make.data?.token
  const base = useMe()?.workspace.site ?? globalThis.location.origin
  const page = via === 'qr' ? 'q' : via === 'form' ? 'f' : null
  if (!may) return <Card title={t('source.address')}><p className="xj-muted">{t('source.address_right')}</p></Card>
  return (
    <Card title={t('source.address')} aside={<Button size="small" icon="plus" disabled={make.isPending} onClick={() => make.mutate(undefined, { onError: refused })}>{t(mine.length ? 'source.another_address' : 'source.make_address')}</Button>}>
      <div className="xj-stack">
        {!live && <Notice kind="info"><span>{t('source.record_first')}</span></Notice>}
        {token && (
          <div className="xj-source__address">
            <div className="xj-stack-8 xj-grow">
              <Notice kind="warning"><span>{t('source.once')}</span></Notice>
              <Copy label={t('source.post_to')} text={`${base}/api/v1/intake/${token}`} />
              {page && <Copy label={t('source.page')} text={`${base}/${page}/${token}`} />}
              {page === 'f' && <Copy label={t('source.snippet')} text={`<script src="${base}/f/${token}.js"></script>`} />}
              {page && live && <div className="xj-line"><Button icon="globe" aria-pressed={preview} onClick={() => setPreview(!preview)}>{t('source.preview')}</Button></div>}
            </div>
            {page && live && <img className="xj-source__qr" src={`/q/${token}.svg`} alt={t('source.qr')} width={148} height={148} />}
          </div>
        )}
        {token && preview && page && <iframe className="xj-source__frame" title={t('source.preview')} src={`/${page}/${token}`} />}
        {mine.length > 0 && <ul className="xj-small xj-second">{mine.slice(0, 5).map((each) => <li key={each.id}>{t('source.known_address', { hint: each.hint ?? '…', at: moment(each.created_at, tongue), used: each.used_at ? moment(each.used_at, tongue) : t('source.never') })}</li>)}</ul>}
      </div>
    </Card>
  )
}

function Copy({ label, text }: { label: string; text: string }) {
  const { t } = useTongue()
  return <div className="xj-line-nowrap"><span className="xj-second xj-source__label">{label}</span><code className="xj-code xj-ellipsis xj-grow" data-address>{text}</code><CopyButton text={text} label={t('source.copy')} /></div>
}
