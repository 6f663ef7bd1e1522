/** A new definition: what kind, about what, what it is called; its key is made from the name. */
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { tooLong } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { useSchema } from '@/metadata/schema'
import { useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Dialog } from '@/ui/heavy'
import { keysFor, KINDS, type Overview } from './queries'

/** The most letters of a name, as the check of every definition holds it. */
const LONGEST = 60

const ABOUT = new Set(['rule', 'list_view', 'metric', 'form', 'dispatch', 'pool', 'guidance', 'playbook', 'approval_flow', 'risk', 'audit_plan'])

/** There is one of these in a workspace: it is changed, never made anew. */
const ONE = new Set(['daily'])

/** What the process is about begins with deals. */
const OF_DEALS = new Set(['playbook', 'approval_flow', 'risk', 'audit_plan'])

export function NewDefinition({ overview, kind: wanted, onClose }: { overview: Overview; kind: string | undefined; onClose: () => void }) {
  const { t, say } = useTongue()
  const navigate = useNavigate()
  const refused = useRefused()
  const { data: schema } = useSchema()
  const known = new Set(overview.kinds.map((each) => each.kind))
  const [kind, setKind] = useState(wanted ?? 'rule')
  const [object, setObject] = useState(OF_DEALS.has(wanted ?? '') ? 'deal' : 'lead')
  const [name, setName] = useState('')
  const long = tooLong(name, LONGEST, t)
  const [from, setFrom] = useState('')
  const [busy, setBusy] = useState(false)
  const models = overview.rows.filter((row) => row.kind === kind && row.version)
  const create = async () => {
    setBusy(true)
    try {
      const [key] = await keysFor([name.trim()], overview.rows.filter((row) => row.kind === kind).map((row) => row.key))
      if (key) await navigate({ to: '/settings/$kind/$key', params: { kind, key }, search: { name: name.trim(), ...(from ? { from } : ABOUT.has(kind) ? { object } : {}) } as never })
    } catch (error) { refused(error) } finally { setBusy(false) }
  }
  return (
    <Dialog title={t('studio.new')} open onClose={onClose}>
      <form className="xj-form" onSubmit={(event) => { event.preventDefault(); if (name.trim() && !long) void create() }}>
        <Field label={t('studio.new_kind')} hint={t(`definitions.about.${kind}`)}>{(control) => <select {...control} className="xj-input" value={kind} onChange={(event) => { setKind(event.target.value); setFrom(''); setObject(OF_DEALS.has(event.target.value) ? 'deal' : 'lead') }}>{KINDS.filter((each) => known.has(each) && !ONE.has(each)).map((each) => <option key={each} value={each}>{t(`definitions.kind.${each}`)}</option>)}</select>}</Field>
        <Field label={t('studio.new_name')} required hint={t('studio.new_name_hint')} error={long}>{(control) => <input {...control} className="xj-input" autoFocus value={name} onChange={(event) => setName(event.target.value)} />}</Field>
        {models.length > 0 && <Field label={t('studio.new_from')}>{(control) => <select {...control} className="xj-input" value={from} onChange={(event) => setFrom(event.target.value)}><option value="">{t('studio.from_scratch')}</option>{models.map((row) => <option key={row.key} value={row.key}>{say(row.name, row.key)}</option>)}</select>}</Field>}
        {ABOUT.has(kind) && !from && <Field label={t('studio.new_object')}>{(control) => <select {...control} className="xj-input" value={object} onChange={(event) => setObject(event.target.value)}>{schema?.objects.map((each) => <option key={each.key} value={each.key}>{say(each.name, each.key)}</option>)}</select>}</Field>}
        <div className="xj-form__foot"><Button onClick={onClose}>{t('common.cancel')}</Button><Button type="submit" kind="primary" icon="plus" disabled={busy} reason={name.trim() ? long : t('studio.name_first')}>{t('studio.begin')}</Button></div>
      </form>
    </Dialog>
  )
}
