/** Files in and out of a list: import, and export of what is on screen; on wide screens only. */
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { moreTexts } from '@/lib/i18n'
import { useTongue } from '@/lib/text'
import { ExportMenu, type OnScreen } from '@/metadata/ExportMenu'
import { useRight } from '@/metadata/session'

export default function ListFiles({ object, name, screen }: { object: string; name: string; screen: OnScreen }) {
  const { t } = useTongue()
  const may = useRight('import')
  const [ready, setReady] = useState(false)
  useEffect(() => { void moreTexts().then(() => setReady(true)) }, [])
  if (!ready) return null
  return (
    <div className="xj-page__actions xj-page__actions--desk">
      <ExportMenu object={object} name={name} screen={screen} />
      {may && <Link className="xj-btn" to="/import/$object" params={{ object }}>{t('imp.import')}</Link>}
    </div>
  )
}
