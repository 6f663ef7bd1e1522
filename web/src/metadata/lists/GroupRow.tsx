/** The head of a group of rows: its value, how many, what they add up to; folds. */
import { Icon } from '@/ui/Icon'
import type { GroupHead } from './groups'

export function GroupRow({ head, open, y, words, totals, onToggle, phone }: { head: GroupHead; open: boolean; y: number; words: string; totals: string; onToggle: () => void; phone: boolean }) {
  const body = (
    <button type="button" className="xj-list__group-button" aria-expanded={open} onClick={onToggle}>
      <Icon name={open ? 'down' : 'right'} size={14} /><strong>{words}</strong><span className="xj-second">{head.count}</span><span className="xj-small xj-muted xj-ellipsis">{totals}</span>
    </button>
  )
  const style = { transform: `translateY(${y}px)`, height: 40 }
  return phone ? <div role="listitem" className="xj-list__group" style={style}>{body}</div> : <div role="row" className="xj-list__group" style={style} data-group={head.key}><div role="cell" className="xj-list__group-cell">{body}</div></div>
}
