/** People and units: the tree at the left, who is in it at the right, one person in a drawer. */
import { useMemo, useState } from 'react'
import { PersonDrawer } from '@/features/admin/PersonDrawer'
import { saveUnit, unitsBelow, unitTree, useAdmin, usePeople, useRoles, useUnits, type PersonRow, type UnitNode } from '@/features/admin/queries'
import '@/features/admin/admin.css'
import { errorText, tooLong } from '@/lib/errors'
import { useIsPhone } from '@/lib/screen'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { usePageActions } from '@/metadata/actions'
import { QueryState } from '@/metadata/QueryState'
import { SeeAsButton } from '@/metadata/SeeAs'
import { useRight } from '@/metadata/session'
import { Avatar } from '@/ui/Avatar'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Field } from '@/ui/Field'
import { Page } from '@/ui/Page'
import { Status, Tag } from '@/ui/Status'

const LONGEST = 200

export default function PeoplePage() {
  const { t } = useTongue()
  const people = usePeople()
  const units = useUnits()
  const mayWrite = useRight('people.write')
  const [unit, setUnit] = useState('')
  const [text, setText] = useState('')
  const [open, setOpen] = useState<PersonRow | 'new' | null>(null)
  const tree = useMemo(() => unitTree(units.data?.rows ?? []), [units.data])
  const within = useMemo(() => (unit ? unitsBelow(tree, unit) : null), [tree, unit])
  const here = (people.data?.rows ?? []).filter((person) => (!within || (person.unit && within.has(person.unit))) && (!text.trim() || `${person.name} ${person.title ?? ''} ${person.login ?? ''}`.includes(text.trim())))
  const present = here.filter((person) => !person.left_on)
  usePageActions([{ id: 'person.new', label: 'people.new', icon: 'plus', keys: 'n', also: 'xjry', can: () => mayWrite, run: () => setOpen('new') }])
  return (
    <Page title={t('screens.people')}>
      <div className="xj-page__head">
        <h1>{people.data ? t('people.head', { count: present.length, away: present.filter((person) => person.absent_until).length }) : t('screens.people')}</h1>
        {mayWrite && <div className="xj-page__actions"><Button kind="primary" icon="plus" onClick={() => setOpen('new')}>{t('people.new')}</Button></div>}
      </div>
      <div className="xj-people">
        <Card flush title={t('people.units')}>{units.data ? <UnitList tree={tree} chosen={unit} onChoose={setUnit} mayWrite={mayWrite} /> : <QueryState query={units} />}</Card>
        <Card flush title={<input type="search" className="xj-input" aria-label={t('people.find')} placeholder={t('people.find')} value={text} onChange={(event) => setText(event.target.value)} />}>
          {!people.data ? <QueryState query={people} rows={8} /> : here.length === 0 ? <Empty icon="person" title={t('people.nobody')} /> : (
            <ul>{[...present, ...here.filter((person) => person.left_on)].map((person) => <PersonLine key={person.id} person={person} onOpen={() => setOpen(person)} />)}</ul>
          )}
        </Card>
      </div>
      {open && people.data && <PersonDrawer key={open === 'new' ? 'new' : open.id} person={open === 'new' ? null : open} people={people.data.rows} units={units.data?.rows ?? []} mayWrite={mayWrite} onClose={() => setOpen(null)} />}
    </Page>
  )
}

function PersonLine({ person, onOpen }: { person: PersonRow; onOpen: () => void }) {
  const { t, tongue, say } = useTongue()
  const roles = useRoles().data
  return (
    <li className="xj-people__line">
      <button type="button" className="xj-row" data-open data-person={person.key} onClick={onOpen}>
        <Avatar name={person.name} />
        <span className="xj-row__main"><strong>{person.name}</strong><span className="xj-small xj-muted xj-ellipsis">{[person.title, person.unit_name].filter(Boolean).join(' · ')}</span></span>
        {person.roles.slice(0, 2).map((role) => <Tag key={role}>{say(roles?.find((each) => each.key === role)?.name, role)}</Tag>)}
        {person.left_on ? <Status kind="idle">{t('people.left')}</Status> : person.absent_until ? <Status kind="soon">{t('people.away_until', { at: moment(person.absent_until, tongue) })}</Status> : <Status kind={person.login ? 'done' : 'idle'}>{t(person.login ? 'people.can_sign_in' : 'people.no_login')}</Status>}
      </button>
      {!person.left_on && <SeeAsButton small person={person.id} name={person.name} />}
    </li>
  )
}

function UnitList({ tree, chosen, onChoose, mayWrite }: { tree: UnitNode[]; chosen: string; onChoose: (id: string) => void; mayWrite: boolean }) {
  const { t, tongue } = useTongue()
  const phone = useIsPhone()
  const [adding, setAdding] = useState(false)
  const [name, setName] = useState('')
  const save = useAdmin(saveUnit)
  const parent = tree.find((unit) => unit.id === chosen)
  const long = tooLong(name, LONGEST, t)
  const put = () => save.mutate({ key: `u_${Math.random().toString(36).slice(2, 10)}`, name: name.trim(), parent: parent?.key ?? null, head: null }, { onSuccess: () => { setAdding(false); setName('') } })
  return (
    <>
      {phone ? <div className="xj-units__pick"><select className="xj-input" aria-label={t('people.units')} value={chosen} onChange={(event) => onChoose(event.target.value)}><option value="">{t('people.everybody')}</option>{tree.map((unit) => <option key={unit.id} value={unit.id}>{`${'　'.repeat(unit.depth)}${unit.name}`}</option>)}</select></div> : <ul className="xj-units">
        <li><button type="button" aria-pressed={!chosen} onClick={() => onChoose('')}>{t('people.everybody')}</button></li>
        {tree.map((unit) => <li key={unit.id}><button type="button" aria-pressed={unit.id === chosen} style={{ paddingLeft: 16 + unit.depth * 16 }} onClick={() => onChoose(unit.id)}>{unit.name}</button></li>)}
      </ul>}
      {mayWrite && (adding ? (
        <form className="xj-form xj-units__new" onSubmit={(event) => { event.preventDefault(); if (name.trim() && !long) put() }}>
          <Field label={parent ? t('people.unit_below', { name: parent.name }) : t('people.unit_top')} error={long ?? (save.error ? errorText(save.error, t, tongue) : undefined)}>{(control) => <input {...control} autoFocus className="xj-input" value={name} onChange={(event) => setName(event.target.value)} />}</Field>
          <div className="xj-line"><Button type="submit" disabled={save.isPending} reason={name.trim() ? long : t('people.needs_name')}>{t('common.save')}</Button><Button kind="ghost" onClick={() => setAdding(false)}>{t('common.cancel')}</Button></div>
        </form>
      ) : <div className="xj-units__new"><Button icon="plus" block onClick={() => setAdding(true)}>{t('people.new_unit')}</Button></div>)}
    </>
  )
}
