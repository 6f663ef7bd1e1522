/** Bringing an event log (XES, packed or not): chosen or dropped, with its key; every problem of a refused file. */
import { useRef, useState } from 'react'
import { errorText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { useDone } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { keyOf, useImportLog } from './queries'

export function ImportLog({ taken, onDone, onClose }: { taken: string[]; onDone: (log: string) => void; onClose: () => void }) {
  const { t, tongue } = useTongue()
  const [file, setFile] = useState<File | null>(null)
  const [key, setKey] = useState('')
  const picker = useRef<HTMLInputElement>(null)
  const bring = useImportLog()
  const done = useDone()
  const take = (next: File | undefined) => { if (next) { setFile(next); setKey(keyOf(next.name)); bring.reset() } }
  const wrong = file && !/^[a-z][a-z0-9_]{0,62}$/.test(key) ? t('mining.key_wrong') : undefined
  return (
    <form className="xj-form" noValidate onSubmit={(event) => { event.preventDefault(); if (file && !wrong) bring.mutate({ file, key }, { onSuccess: (answer) => { done(t('mining.brought', { events: answer.events.toLocaleString('en-US'), cases: answer.cases.toLocaleString('en-US') })); onDone(answer.log) } }) }}>
      <div className="xj-mine__drop" onDragOver={(event) => event.preventDefault()} onDrop={(event) => { event.preventDefault(); take(event.dataTransfer.files[0]) }}>
        <input ref={picker} type="file" className="xj-sr" accept=".xes,.gz" aria-label={t('mining.file')} onChange={(event) => take(event.target.files?.[0])} />
        <Button icon="upload" onClick={() => picker.current?.click()}>{t('mining.choose')}</Button><span>{file?.name ?? <span className="xj-muted">{t('mining.choose_help')}</span>}</span>
      </div>
      {file && <Field label={t('mining.key')} required error={wrong} hint={taken.includes(key) ? t('mining.replaces') : t('mining.key_hint')}>{(control) => <input {...control} className="xj-input" value={key} onChange={(event) => setKey(event.target.value)} />}</Field>}
      {bring.error && <Notice kind="error">{errorText(bring.error, t, tongue)}</Notice>}
      {bring.isPending && <p role="status" className="xj-second">{t('mining.bringing')}</p>}
      <div className="xj-form__foot"><Button kind="ghost" onClick={onClose}>{t('common.cancel')}</Button><Button type="submit" kind="primary" reason={file ? undefined : t('mining.file_first')} disabled={bring.isPending}>{t('mining.bring')}</Button></div>
    </form>
  )
}
