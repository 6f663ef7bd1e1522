/** The four states of a required action, and "not applicable": shape, word and colour. */
import { useTongue } from '@/lib/text'
import { Icon, type IconName } from '@/ui/Icon'
import type { State } from './queries'

const LOOK: Record<State | 'asked', [string, IconName]> = { empty: ['idle', 'dash'], claimed: ['soon', 'half'], evidence: ['ontrack', 'note'], confirmed: ['done', 'tick'], na: ['idle', 'cross'], asked: ['soon', 'hand'] }

export function StateChip({ state, asked }: { state: State; asked?: boolean | undefined }) {
  const { t } = useTongue()
  const shown = asked ? 'asked' : state
  const [tone, sign] = LOOK[shown]
  return <span className={`xj-status xj-status--${tone}`} data-state={shown}><Icon name={sign} size={14} />{t(`deal.state.${shown}`)}</span>
}
