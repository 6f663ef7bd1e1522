/** The last thirty days under the table on the screen: who would have got how many, and what differs from the table in force. */
import { useTongue } from '@/lib/text'
import { Card } from '@/ui/Card'
import type { Month } from './queries'

export function MonthPanel({ month }: { month: Month }) {
  const { t } = useTongue()
  const people = Object.entries(month.by_person).toSorted((a, b) => b[1] - a[1])
  const moves = Object.entries(month.moves)
  const most = people[0]?.[1] ?? 1
  return (
    <Card title={t('dispatch.month')}>
      <div className="xj-stack-8" role="status" data-month={month.leads}>
        <p><strong>{month.leads === 0 ? t('dispatch.month_none') : month.changed === null ? t('dispatch.month_first', { count: month.leads }) : month.changed === 0 ? t('dispatch.month_same', { count: month.leads }) : t('dispatch.month_changed', { count: month.leads, changed: month.changed })}</strong></p>
        {(month.held > 0 || month.pooled > 0) && <p className="xj-second">{t('dispatch.month_rest', { pooled: month.pooled, held: month.held })}</p>}
        {people.length > 0 && (
          <table className="xj-table xj-grid__people">
            <tbody>{people.slice(0, 12).map(([name, count]) => <tr key={name}><th scope="row">{name}</th><td><span className="xj-grid__bar" style={{ width: `${Math.max(2, (count / most) * 100)}%` }} /></td><td className="xj-num">{count}</td></tr>)}</tbody>
          </table>
        )}
        {moves.length > 0 && <div><p className="xj-small xj-muted">{t('dispatch.moves')}</p><ul>{moves.slice(0, 8).map(([move, count]) => <li key={move}>{move} <b>{count}</b></li>)}</ul></div>}
        <p className="xj-small xj-muted">{t('dispatch.month_help')}</p>
      </div>
    </Card>
  )
}
