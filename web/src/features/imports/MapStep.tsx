/** 认表: what each column was taken for, with its cells, and at most three questions. */
import { useMemo } from 'react'
import { useTongue } from '@/lib/text'
import { Notice } from '@/ui/Card'
import type { Mapping, Preview, Started, Wanted } from './queries'

const OWN = ['@notes', '@touched']
export const mainTarget = (wanted: Wanted | undefined): string => {
  const first = Array.isArray(wanted) ? wanted[0] : wanted
  return typeof first === 'string' ? first : (first?.field ?? '')
}

export function MapStep({ started, preview, onChange, busy }: { started: Started; preview: Preview; onChange: (next: Mapping) => void; busy: boolean }) {
  const { t, say } = useTongue()
  const mapping = preview.mapping
  const options = useMemo(() => started.targets.map((each) => ({ value: each.target, label: OWN.includes(each.target) ? t(`imp.target.${each.target.slice(1)}`) : `${each.of ? `${say(each.of)} · ` : ''}${say(each.name, each.target)}` })), [started.targets, say, t])
  const put = (column: string, target: string) => {
    const person = started.targets.find((each) => each.target === target)?.kind === 'person'
    onChange({ ...mapping, columns: { ...mapping.columns, [column]: target ? (person ? { field: target, create: true } : target) : null } })
  }
  const guessed = Object.values(preview.guesses).reduce((sum, count) => sum + count, 0)
  return (
    <div className="xj-stack">
      {started.remembered && <Notice kind="info">{t('imp.remembered')}</Notice>}
      {preview.questions.length > 0 && (
        <section className="xj-card" aria-label={t('imp.questions')}>
          <div className="xj-card__head"><h2>{t('imp.questions_head', { count: preview.questions.length })}</h2></div>
          <div className="xj-card__body xj-stack">
            {preview.questions.map((question) => question.kind === 'column' ? (
              <label key={question.column} className="xj-imports__ask" data-question={question.column}>
                <span><strong>「{question.column}」</strong> {t('imp.ask_column', { examples: Object.keys(question.values).join('、').slice(0, 60), rows: question.rows })}</span>
                <TargetSelect label={question.column} value={mainTarget(mapping.columns[question.column])} options={options} onChange={(target) => put(question.column, target)} none={t(mapping.rest ? 'imp.into_notes' : 'imp.leave_out')} />
              </label>
            ) : (
              <p key={question.column} className="xj-imports__ask"><span><strong>「{question.column}」</strong> {t('imp.ask_values', { values: Object.keys(question.values).join('、').slice(0, 80), rows: question.rows })}</span></p>
            ))}
          </div>
        </section>
      )}
      <section className="xj-card" aria-label={t('imp.columns')} aria-busy={busy}>
        <div className="xj-card__head"><h2>{t('imp.columns_head', { count: started.columns.length })}</h2><div className="xj-card__aside">{guessed > 0 && <span>{t('imp.guessed', { count: guessed })}</span>}</div></div>
        <div className="xj-scroll-x" tabIndex={0} role="region" aria-label={t('imp.columns')}>
          <table className="xj-table xj-map">
            <thead><tr><th scope="col">{t('imp.column')}</th><th scope="col">{t('imp.cells')}</th><th scope="col">{t('imp.goes_to')}</th></tr></thead>
            <tbody>{started.columns.map((column) => (
              <tr key={column} data-column={column}>
                <th scope="row">{column}</th>
                <td className="xj-map__cells">{(started.cells[column] ?? []).slice(0, 3).map((cell) => <span key={cell} className="xj-map__cell">{cell.slice(0, 40)}</span>)}</td>
                <td><TargetSelect label={column} value={mainTarget(mapping.columns[column])} options={options} onChange={(target) => put(column, target)} none={t(mapping.rest ? 'imp.into_notes' : 'imp.leave_out')} /></td>
              </tr>
            ))}</tbody>
          </table>
        </div>
      </section>
    </div>
  )
}

function TargetSelect({ label, value, options, onChange, none }: { label: string; value: string; options: { value: string; label: string }[]; onChange: (target: string) => void; none: string }) {
  const { t } = useTongue()
  return (
    <select className="xj-input" aria-label={t('imp.goes_to_of', { column: label })} value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{none}</option>
      {options.map((each) => <option key={each.value} value={each.value}>{each.label}</option>)}
    </select>
  )
}
