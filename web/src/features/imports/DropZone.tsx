/** Where a table comes in: dropped, chosen, or pasted as a block. */
import { useRef, useState, type ClipboardEvent, type DragEvent } from 'react'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Icon } from '@/ui/Icon'
import './imports.css'

export function DropZone({ onFile, busy, headline }: { onFile: (name: string, body: Blob) => void; busy: boolean; headline: string }) {
  const { t } = useTongue()
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const [pasting, setPasting] = useState(false)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const file = event.dataTransfer.files[0]
    if (file) onFile(file.name, file)
  }
  const paste = (event: ClipboardEvent) => {
    const file = event.clipboardData.files[0]
    const text = event.clipboardData.getData('text/plain')
    if (file) onFile(file.name, file)
    else if (text.includes('\t') || text.includes('\n')) { event.preventDefault(); onFile(t('imp.pasted_name'), new Blob([text])) }
  }
  return (
    <div className={over ? 'xj-drop xj-drop--over' : 'xj-drop'} onDragOver={(event) => { event.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)} onDrop={drop} onPaste={paste} data-drop>
      <Icon name={busy ? 'refresh' : 'upload'} size={28} />
      <p className="xj-drop__headline">{busy ? t('imp.reading') : headline}</p>
      <p className="xj-muted xj-small">{t('imp.formats')}</p>
      <div className="xj-line xj-drop__buttons">
        <Button kind="primary" size="large" disabled={busy} onClick={() => input.current?.click()}>{t('imp.choose')}</Button>
        <Button size="large" disabled={busy} onClick={() => setPasting(!pasting)}>{t('imp.paste')}</Button>
      </div>
      <input ref={input} className="xj-sr" type="file" accept=".xlsx,.csv,.txt,.tsv" aria-label={headline} tabIndex={-1} onChange={(event) => { const file = event.target.files?.[0]; if (file) onFile(file.name, file); event.target.value = '' }} />
      {pasting && <textarea className="xj-input xj-drop__paste" rows={4} aria-label={t('imp.paste')} placeholder={t('imp.paste_here')} autoFocus />}
    </div>
  )
}
