/** Everything that is wrong, as a list that leads to the place. */
import type { Problem } from '@/api/types'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { Icon } from '@/ui/Icon'
import { goTo, ownPath, type Doc } from './contract'
import { useWords } from './useWords'
import { placeWords } from './words'

/** Hints (severity info) stand in their places alone. */
export function Problems({ problems: all, document, name }: { problems: Problem[]; document: Doc; name: string }) {
  const { t, tongue } = useTongue()
  const words = useWords(typeof document.object === 'string' ? document.object : null, name.split('/')[0])
  const problems = all.filter((problem) => problem.severity !== 'info')
  if (!problems.length) return null
  const errors = problems.filter((problem) => (problem.severity ?? 'error') === 'error').length
  const elsewhere = (problem: Problem) => { const full = problem.path ?? ''; const own = ownPath(problem); return full !== own && !full.startsWith(`${name}:`) && full !== name ? full.split(':')[0]! : '' }
  return (
    <section className={`xj-problems${errors ? '' : ' xj-problems--soft'}`} role={errors ? 'alert' : undefined} aria-label={t('studio.problems')}>
      <strong className="xj-line"><Icon name="alert" />{errors ? t('definitions.problems', { count: errors }) : t('studio.warnings', { count: problems.length })}</strong>
      <ul>
        {problems.map((problem, at) => (
          <li key={at}>
            {elsewhere(problem) ? <span className="xj-strong">{words.label?.(elsewhere(problem).split('/')[1] ?? '') || elsewhere(problem)}</span> : <button type="button" className="xj-btn xj-btn--link xj-problem" onClick={() => goTo(ownPath(problem))}>{placeWords(document, ownPath(problem), words)}</button>}
            <span>{problemText(problem, t, tongue)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
