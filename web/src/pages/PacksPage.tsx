/** Definitions come in and go out as packs: what is installed, a preview before anything changes, an export of what is chosen. */
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ExportCard } from '@/features/packs/ExportCard'
import { PreviewCard } from '@/features/packs/PreviewCard'
import { installPack, previewPack, usePacks, type PackPreview, type Source } from '@/features/packs/queries'
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { useRight } from '@/metadata/session'
import { useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Page } from '@/ui/Page'
import { Status, Tag } from '@/ui/Status'
import { showToast } from '@/ui/Toast'
import './workbench.css'
import '@/features/studio/studio.css'

export default function PacksPage() {
  const { t, say } = useTongue()
  const client = useQueryClient()
  const packs = usePacks()
  const may = useRight('definitions.write')
  const refused = useRefused()
  const [found, setFound] = useState<{ source: Source; preview: PackPreview } | null>(null)
  const [busy, setBusy] = useState(false)
  const look = async (source: Source) => { setBusy(true); try { setFound({ source, preview: await previewPack(source) }) } catch (error) { refused(error) } finally { setBusy(false) } }
  const install = async (skip: string[], take: string[]) => {
    if (!found) return
    setBusy(true)
    try {
      const report = await installPack(found.source, skip, take)
      showToast({ kind: 'done', text: t('packs.done', { published: report.published.length, drafted: report.drafted.length, kept: report.kept.length }) })
      setFound(null)
      await client.invalidateQueries()
    } catch (error) { refused(error) } finally { setBusy(false) }
  }
  const edited = packs.data?.reduce((sum, pack) => sum + pack.edited, 0) ?? 0
  return (
    <Page title={t('studio.packs')} back="/settings">
      <div className="xj-page__head">
        <div className="xj-grow"><h1 className="xj-headline">{packs.data ? t('packs.head', { count: packs.data.length, edited }) : t('studio.packs')}</h1><p className="xj-muted">{t('packs.about')}</p></div>
        {may && <div className="xj-page__actions"><label className="xj-btn xj-btn--primary">{busy ? t('common.loading') : t('packs.upload')}<input type="file" className="xj-sr" accept=".zip,application/zip" disabled={busy} onChange={(event) => { const file = event.target.files?.[0]; event.target.value = ''; if (file) void look({ file }) }} /></label></div>}
      </div>
      {found && <PreviewCard preview={found.preview} busy={busy} onClose={() => setFound(null)} onInstall={(skip, take) => void install(skip, take)} />}
      <Card flush title={t('packs.installed')}>
        {!packs.data ? <QueryState query={packs} rows={3} /> : <ul>{packs.data.map((pack) => (
          <li key={pack.key} className="xj-row xj-row--stack"><span className="xj-row__main"><strong>{say(pack.name, pack.key)}</strong><span className="xj-facts-line xj-small"><span>{t(`packs.layer.${pack.layer}`)}</span><span>{t('packs.version', { version: pack.version })}</span><span>{t('packs.count', { count: pack.definitions })}</span></span></span>
            {pack.edited > 0 && <Tag>{t('packs.edited', { count: pack.edited })}</Tag>}
            {pack.available && pack.available !== pack.version ? <><Status kind="soon">{t('packs.newer', { version: pack.available })}</Status>{may && <Button size="small" disabled={busy} onClick={() => void look({ shipped: pack.key })}>{t('packs.upgrade')}</Button>}</> : <><Status kind="done">{t('packs.current')}</Status>{may && pack.available && <Button size="small" kind="ghost" disabled={busy} onClick={() => void look({ shipped: pack.key })}>{t('packs.look')}</Button>}</>}
          </li>
        ))}</ul>}
      </Card>
      <ExportCard />
    </Page>
  )
}
