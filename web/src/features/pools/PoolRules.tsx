/** A pool's rules in words, for whoever picks from it: limits left, cool-down, what is hidden, when leads return, what protects them. */
import { useTongue } from '@/lib/text'
import type { Pool } from './queries'
import './pool.css'

export function PoolRules({ pool }: { pool: Pool }) {
  const { t, say } = useTongue()
  const { explained, pick, picks_left: left, holding } = pool
  const and = (words: string[]) => words.join(t('pool_told.and'))
  return (
    <div className="xj-card xj-poolrules">
      <dl className="xj-poolrules__figures">
        {!pick.manager_only && typeof left === 'number' && <div><dt>{t('pool_told.left')}</dt><dd><b>{left}</b> / {pick.per_day}</dd></div>}
        {holding && <div><dt>{t('pool_told.holding')}</dt><dd><b>{holding.held}</b> / {holding.limit}</dd></div>}
        {typeof explained.cool_down_days === 'number' && explained.cool_down_days > 0 && <div><dt>{t('pool_told.cool_down')}</dt><dd><b>{explained.cool_down_days}</b> {t('pool_told.days')}</dd></div>}
      </dl>
      <details><summary>{t('pool_told.rules')}</summary>
        <ul className="xj-poolrules__list">
          {pick.manager_only && !pool.why_not && <li>{t('pool.manager_only')}</li>}
          {explained.hidden.length > 0 && <li>{t('pool_told.hidden', { fields: and(explained.hidden.map((field) => say(field.name, field.key))) })}</li>}
          {typeof explained.cool_down_days === 'number' && explained.cool_down_days > 0 && <li>{t('pool_told.cooling', { days: explained.cool_down_days })}</li>}
          {explained.returns.map((rule, at) => <li key={at}>{t(rule.when ? 'pool_told.returns_when' : 'pool_told.returns', { when: say(rule.when ?? undefined), days: rule.days })}{rule.unless && t('pool_told.unless', { unless: say(rule.unless) })}{rule.warn.length > 0 && t('pool_told.warned', { days: rule.warn.join('、') })}</li>)}
          {explained.protected.map((words, at) => <li key={`p${at}`}>{t('pool_told.protected', { when: say(words) })}</li>)}
        </ul>
      </details>
    </div>
  )
}
