/** Head of a record under a playbook, and its ONE next step. */
import type { TFunction } from 'i18next'
import type { RecordRow, Text } from '@/api/types'
import { whoName } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import type { ObjectMeta } from '@/metadata/schema'
import { optionName, valueText, type ValueContext } from '@/metadata/values'
import { Button } from '@/ui/Button'
import { Menu, MenuItem } from '@/ui/Menu'
import { Status, Tag } from '@/ui/Status'
import { Band } from './HealthCard'
import { nextMove, nextStep, stageAt } from './nextStep'
import { useHealthOf, type Move, type Process } from './queries'

interface HeadProps { object: string; record: RecordRow; meta: ObjectMeta; process: Process; context: ValueContext }

export function DealHead({ object, record, meta, process, context }: HeadProps) {
  const { t, tongue, say } = useTongue()
  const health = useHealthOf(object, record.id, true).data
  const status = process.playbook?.status ? meta.fields.get(process.playbook.status) : undefined
  const stage = stageAt(process, process.stage)
  const facts = ['amount', 'customer', 'expected_close_at'].flatMap((key) => { const field = meta.fields.get(key); const text = field ? valueText(record[key], field, context) : ''; return field && text ? [{ key, name: say(field.name), text }] : [] })
  const owner = context.names.person(record.owner)
  const state = status ? record[status.key] : undefined
  return (
    <header className="xj-deal__head">
      <div className="xj-line">
        <h1>{String(record[meta.definition.title] ?? '') || say(meta.definition.name)}</h1>
        {health && <Band health={health} />}
        {typeof state === 'string' && status && <Tag tint>{optionName(status, state, tongue)}</Tag>}
        {process.unverified && <Status kind="soon">{t('deal.unverified')}</Status>}
      </div>
      <p className="xj-facts-line">
        {stage && <span>{t('deal.in_stage', { stage: say(stage.name, stage.key) })}{process.stage_since ? t('deal.since', { at: moment(process.stage_since, tongue) }) : ''}</span>}
        {owner && <span>{t('deal.owner', { owner })}</span>}
        {facts.map(({ key, name, text }) => <span key={key} title={name}>{text}</span>)}
        {process.playbook && <span className="xj-small">{t('deal.playbook', { name: say(process.playbook.name), version: process.playbook.version })}</span>}
      </p>
    </header>
  )
}

interface NextProps { process: Process; busy: boolean; onAction: (action: string) => void; onMove: (move: Move) => void; may: boolean }

export function NextStepCard(props: NextProps) {
  const { process } = props
  const { t, tongue, say } = useTongue()
  const next = nextStep(process)
  const name = say(next.action?.name, next.action?.key)
  const to = say(next.move?.name)
  const who = next.who ? whoName(next.who, t, tongue) : ''
  const first = next.action?.missing[0]
  const why = next.kind === 'action' ? say(first?.message) : next.kind === 'move' ? t('deal.next_ready') : next.kind === 'wait' && next.action ? say(first?.message) : next.kind === 'condition' ? say(next.move?.missing[0]?.message) : ''
  const left = next.move?.missing.length ?? 0
  return (
    <section className="xj-card xj-deal__next" aria-label={t('deal.next')}>
      <div className="xj-grow">
        <h2>{t(`deal.next_title.${next.kind}`, { name, to, who })}</h2>
        <p className="xj-second">{[why, left > 1 ? t('deal.next_left', { to, count: left }) : ''].filter(Boolean).join(t('errors.join'))}</p>
        {next.kind === 'move' && next.move && next.move.then.length > 0 && <p className="xj-small xj-second">{thenWords(next.move, t, say)}</p>}
      </div>
      <div className="xj-deal__do"><NextButton {...props} /><MoveMenu {...props} /></div>
    </section>
  )
}

export function NextButton({ process, busy, onAction, onMove, may }: NextProps) {
  const { t, say } = useTongue()
  const next = nextStep(process)
  if (next.kind === 'move' && next.move && may) return <Button kind="primary" icon="right" disabled={busy} onClick={() => onMove(next.move!)}>{t('deal.move_to', { stage: say(next.move.name) })}</Button>
  if (next.action && next.kind !== 'wait') return <Button kind="primary" icon={next.kind === 'confirm' ? 'tick' : 'edit'} onClick={() => onAction(next.action!.key)}>{t(`deal.next_do.${next.kind}`)}</Button>
  if (next.action) return <Button onClick={() => onAction(next.action!.key)}>{t('deal.next_do.wait')}</Button>
  return null
}

/** What follows a move, said before it. */
export const thenWords = (move: Move, t: TFunction, say: (text: Text) => string): string => t('deal.then', { steps: move.then.map((each) => say(each)).join(t('deal.then_and')) })

/** Every stage one could go to; what a move lacks is said by the gate. */
export function MoveMenu({ process, onMove, may, up }: NextProps & { up?: boolean }) {
  const { t, say } = useTongue()
  if (!may || !process.moves.length) return null
  const near = nextMove(process)
  return (
    <Menu label={t('deal.move')} {...(up ? { up } : {})} trigger={(props) => <Button icon="more" aria-label={t('deal.move')} {...props} />}>
      {(close) => process.moves.map((move) => <MenuItem key={move.to} onSelect={() => { close(); onMove(move) }}><span className="xj-grow xj-deal__move"><span>{say(move.name)}{move === near ? ` ${t('deal.nearest')}` : ''}</span>{move.then.length > 0 && <span className="xj-small xj-muted">{thenWords(move, t, say)}</span>}</span>{move.missing.length > 0 && <span className="xj-small xj-muted">{t('deal.short_of', { count: move.missing.length })}</span>}</MenuItem>)}
    </Menu>
  )
}
