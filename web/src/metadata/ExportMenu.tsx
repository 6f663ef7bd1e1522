/** Exporting what is on screen: the same view, filter, order and columns, as a workbook or CSV. */
import { useState } from 'react'
import { call } from '@/lib/api'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { showToast } from '@/ui/Toast'
import { useRight } from './session'
import { useRefused } from './undo'

export interface OnScreen { view?: string | undefined; filter?: string | undefined; sort?: string | undefined; search?: string | undefined; fields?: string[]; group?: string | undefined }

export function ExportMenu({ object, name, screen }: { object: string; name: string; screen: OnScreen }) {
  const { t } = useTongue()
  const may = useRight('export')
  const refused = useRefused()
  const [busy, setBusy] = useState<string | null>(null)
  if (!may) return null
  const take = async (form: 'xlsx' | 'csv') => {
    setBusy(form)
    try {
      const blob = await call<Blob>('get', '/api/v1/records/{object_key}/export', { path: { object_key: object }, query: { ...screen, fields: screen.fields?.join(','), form }, file: true })
      const link = document.createElement('a')
      link.href = URL.createObjectURL(blob)
      link.download = `${name}.${form}`
      link.click()
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
      showToast({ kind: 'done', text: t('imp.exported', { name: `${name}.${form}` }) })
    } catch (error) { refused(error) } finally { setBusy(null) }
  }
  return <span className="xj-line-nowrap">{(['xlsx', 'csv'] as const).map((form) => <Button key={form} disabled={busy !== null} data-export={form} aria-busy={busy === form} onClick={() => void take(form)}>{busy === form ? t('imp.exporting') : t(`imp.export_${form}`)}</Button>)}</span>
}
