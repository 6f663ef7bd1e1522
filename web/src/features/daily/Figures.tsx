/** A few real figures in a line with the days they are of, each a link to the rows it was counted from. */
import { Link } from '@tanstack/react-router'
import { useTongue } from '@/lib/text'
import { lasted, type Tongue } from '@/lib/time'
import type { Figure } from './queries'
import './daily.css'

/** A figure as people read it: a share in per cent, minutes as a duration. */
export function figureText(figure: Pick<Figure, 'unit' | 'value'>, tongue: Tongue): string {
  if (figure.value === null || figure.value === undefined) return '–'
  if (figure.unit === '%') return `${Math.round(figure.value * 100)}%`
  if (figure.unit === '分钟') return lasted(figure.value * 60, tongue)
  return figure.value.toLocaleString('en-US')
}

export function FigureLine({ figures, days }: { figures: Figure[]; days: number }) {
  const { t, tongue, say } = useTongue()
  return (
    <div className="xj-figures-of">
      <span className="xj-small xj-muted">{t('figure.window', { count: days })}</span>
      <dl className="xj-figures">
        {figures.map((figure) => {
          const text = <b>{figureText(figure, tongue)}</b>
          return (
            <div key={figure.key}>
              <dt>{t(`figure.${figure.key}`, { defaultValue: say(figure.name, figure.key) })}</dt>
              <dd>{figure.object === 'lead' ? <Link to="/leads" search={{ f: figure.filter } as never} title={t('daily.rows_behind')}>{text}</Link> : text}</dd>
            </div>
          )
        })}
      </dl>
    </div>
  )
}
