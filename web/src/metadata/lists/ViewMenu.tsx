/** What can be done with the view shown: save, save as, rename, share, open first, delete. Loaded after the list. */
import { useState } from 'react'
import type { ListView, Text } from '@/api/types'
import { errorText, tooLong } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Dialog } from '@/ui/heavy'
import { Menu, MenuItem } from '@/ui/Menu'
import { showToast } from '@/ui/Toast'
import { useRight } from '../session'
import { useRefused } from '../undo'
import { documentOf, useViewWrites } from './views'

const LONGEST = 40

export interface ViewMenuProps { object: string; view: ListView; usual: string | null; filter: string; sort: string[]; dirty: boolean; onSaved: (key: string) => void; onRevert: () => void }
type Asking = { what: 'new' | 'rename' | 'share'; name: string } | null

export default function ViewMenu({ object, view, usual, filter, sort, dirty, onSaved, onRevert }: ViewMenuProps) {
  const { t, tongue, say } = useTongue()
  const writes = useViewWrites(object)
  const refused = useRefused()
  const mayShare = useRight('definitions.write')
  const [asking, setAsking] = useState<Asking>(null)
  const [error, setError] = useState<unknown>(null)
  const name = say(view.name, view.key)
  const named = (text: string): Text => ({ ...view.name, [tongue === 'en' ? 'en' : 'zh']: text, ...(tongue === 'en' && !view.name.zh ? { zh: text } : {}), ...(tongue !== 'en' && !view.name.en ? { en: text } : {}) })
  const fresh = (text: string): Text => ({ zh: text, en: text })
  const settle = async (work: Promise<string | void>, said: string) => {
    try {
      const key = await work
      setAsking(null)
      onSaved(key ?? view.key)
      showToast({ kind: 'done', text: said })
    } catch (caught) { if (asking) setError(caught); else refused(caught) }
  }
  const save = () => settle(view.mine ? writes.replace(view.key, documentOf(view, view.name, filter, sort)) : writes.share(view.key, documentOf(view, view.name, filter, sort), t('view.changed_note')), t('view.saved', { name }))
  const remove = async () => {
    try {
      const document = await writes.remove(view.key)
      onSaved('')
      showToast({ kind: 'done', text: t('view.deleted', { name }), action: { label: t('common.undo'), run: () => void writes.create(document).then(onSaved, refused) } })
    } catch (caught) { refused(caught) }
  }
  const keyOf = (text: string) => { const plain = text.toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, ''); return `${object}_${/^[a-z]/.test(plain) && plain.length > 2 ? plain : Date.now().toString(36)}`.slice(0, 40) }
  const answer = (text: string) => {
    if (asking?.what === 'new') void settle(writes.create(documentOf(view, fresh(text), filter, sort)), t('view.saved', { name: text }))
    if (asking?.what === 'rename') void settle(view.mine ? writes.replace(view.key, documentOf(view, named(text), view.filter ?? '', sort)) : writes.share(view.key, documentOf(view, named(text), view.filter ?? '', sort), t('view.changed_note')), t('view.saved', { name: text }))
    if (asking?.what === 'share') void settle((async () => { const key = keyOf(text); await writes.share(key, documentOf(view, fresh(text), filter, sort), t('view.shared_note')); if (view.mine) await writes.remove(view.key); return key })(), t('view.shared', { name: text }))
  }
  const ask = (what: 'new' | 'rename' | 'share') => { setError(null); setAsking({ what, name: what === 'new' ? '' : name }) }
  const mayChange = view.mine || (mayShare && view.key)
  return (
    <>
      <Menu label={t('view.menu', { name })} align="left" trigger={(props) => <Button icon="more" kind="ghost" aria-label={t('view.menu', { name })} {...props} />}>
        {(close) => {
          const item = (label: string, run: () => void) => <MenuItem key={label} onSelect={() => { close(); run() }}>{label}</MenuItem>
          return [
            item(t('view.save_as'), () => ask('new')),
            mayChange && item(t('view.rename'), () => ask('rename')),
            mayShare && (view.mine || !view.key) && item(t('view.share'), () => ask('share')),
            view.key && view.key !== usual && item(t('view.make_default'), () => void settle(writes.makeDefault(view.key), t('view.is_default', { name }))),
            view.mine && item(t('view.delete'), () => void remove()),
          ]
        }}
      </Menu>
      {dirty && (
        <span className="xj-views__dirty" role="status">
          <span className="xj-small xj-muted" title={t('view.unsaved')}>{t('view.dirty')}</span>
          {mayChange && <Button size="small" onClick={() => void save()}>{t(view.mine ? 'common.save' : 'view.save_shared')}</Button>}
          <Button size="small" kind={mayChange ? 'ghost' : 'default'} onClick={() => ask('new')}>{t('view.save_as')}</Button>
          <Button size="small" kind="ghost" icon="undo" aria-label={t('view.revert')} title={t('view.revert')} onClick={onRevert} />
        </span>
      )}
      {asking && <NameDialog key={asking.what} asking={asking} error={error ? errorText(error, t, tongue) : ''} onAnswer={answer} onClose={() => setAsking(null)} />}
    </>
  )
}

function NameDialog({ asking, error, onAnswer, onClose }: { asking: NonNullable<Asking>; error: string; onAnswer: (name: string) => void; onClose: () => void }) {
  const { t } = useTongue()
  const [name, setName] = useState(asking.name)
  const long = tooLong(name, LONGEST, t)
  return (
    <Dialog open title={t(`view.title.${asking.what}`)} onClose={onClose} width={420}>
      <form className="xj-form" onSubmit={(event) => { event.preventDefault(); if (name.trim() && !long) onAnswer(name.trim()) }}>
        <Field label={t('view.name')} error={long ?? (error || undefined)} hint={t(`view.hint.${asking.what}`)}>{(control) => <input {...control} className="xj-input" autoFocus value={name} onChange={(event) => setName(event.target.value)} />}</Field>
        <div className="xj-form__foot"><Button kind="ghost" onClick={onClose}>{t('common.cancel')}</Button><Button type="submit" kind="primary" reason={name.trim() ? long : t('view.name_first')}>{t(`view.do.${asking.what}`)}</Button></div>
      </form>
    </Dialog>
  )
}
