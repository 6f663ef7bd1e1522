/** The sandbox: had this step always been done, or come some days earlier; with interval, sample and what was not controlled, or silence. */
import { useState } from 'react'
import { errorText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import { Field } from '@/ui/Field'
import { useNames } from './FlowMap'
import { useWhatIf, type Chart, type Interval, type LogOf, type WhatIf } from './queries'

const MOST_MATCH = 3

export function Sandbox({ of, chart, dimensions }: { of: LogOf; chart: Chart; dimensions: { key: string; label: string }[] }) {
  const { t, tongue } = useTongue()
  const nameOf = useNames(chart)
  const [step, setStep] = useState(chart.activities[1]?.key ?? chart.activities[0]?.key ?? '')
  const [days, setDays] = useState('')
  const [match, setMatch] = useState<string[]>([])
  const ask = useWhatIf()
  const earlier = days.trim() ? Number(days) : null
  const wrong = earlier !== null && !(earlier > 0 && earlier <= 1000)
  return (
    <div className="xj-stack xj-sandbox">
      <form className="xj-form" noValidate onSubmit={(event) => { event.preventDefault(); if (step && !wrong) ask.mutate({ of, step, days: earlier, match }) }}>
        <div className="xj-form--two">
          <Field label={t('mining.step')}>{(control) => <select {...control} className="xj-input" value={step} onChange={(event) => { setStep(event.target.value); ask.reset() }}>{chart.activities.map((each) => <option key={each.key} value={each.key}>{nameOf(each.key)}</option>)}</select>}</Field>
          <Field label={t('mining.days')} hint={t('mining.days_hint')} error={wrong ? t('mining.days_wrong') : undefined}>{(control) => <input {...control} className="xj-input" inputMode="decimal" value={days} onChange={(event) => { setDays(event.target.value); ask.reset() }} />}</Field>
        </div>
        {dimensions.length > 0 && (
          <fieldset className="xj-sandbox__match"><legend className="xj-second">{t('mining.match', { most: MOST_MATCH })}</legend>
            <div className="xj-line">{dimensions.slice(0, 12).map(({ key, label }) => { const on = match.includes(key); return <button key={key} type="button" className="xj-pick" aria-pressed={on} disabled={!on && match.length >= MOST_MATCH} onClick={() => { setMatch(on ? match.filter((each) => each !== key) : [...match, key]); ask.reset() }}>{label}</button> })}</div>
          </fieldset>
        )}
        <div className="xj-form__foot"><Button type="submit" kind="primary" disabled={ask.isPending}>{t(ask.isPending ? 'mining.asking' : 'mining.ask')}</Button></div>
      </form>
      {ask.error && <Notice kind="error">{errorText(ask.error, t, tongue)}</Notice>}
      {ask.data && <Answer answer={ask.data} name={nameOf(ask.data.step)} />}
    </div>
  )
}

function Answer({ answer, name }: { answer: WhatIf; name: string }) {
  const { t, say } = useTongue()
  const question = answer.days ? t('mining.if_earlier', { step: name, days: answer.days }) : t('mining.if_always', { step: name })
  // Both ends on one side are said by their size, as the figure itself is.
  const ends = (value: Interval): [number, number] => (value.high < 0 ? [-value.high, -value.low] : [value.low, value.high])
  const days = (value: Interval) => t('mining.cycle_says', { size: Math.abs(value.difference).toFixed(1), way: t(value.difference < 0 ? 'mining.shorter' : 'mining.longer'), low: ends(value)[0].toFixed(1), high: ends(value)[1].toFixed(1) })
  const wins = (value: Interval) => t('mining.win_says', { size: (Math.abs(value.difference) * 100).toFixed(1), way: t(value.difference < 0 ? 'mining.lower' : 'mining.higher'), low: (ends(value)[0] * 100).toFixed(1), high: (ends(value)[1] * 100).toFixed(1) })
  const open = (value: Interval) => value.low <= 0 && value.high >= 0
  return (
    <section className="xj-stack-8" aria-label={t('mining.tab.sandbox')} role="status" data-enough={answer.enough}>
      <h2>{question}</h2>
      {!answer.enough ? <Notice kind="info">{t('mining.silent', { pairs: answer.pairs, needed: answer.needed, lacking: answer.lacking })}</Notice> : (
        <ul className="xj-stack-8">
          {answer.cycle_days && <li><strong>{days(answer.cycle_days)}</strong>{open(answer.cycle_days) ? ` ${t('mining.unclear')}` : ''}</li>}
          {answer.win_rate && <li><strong>{wins(answer.win_rate)}</strong>{open(answer.win_rate) ? ` ${t('mining.unclear')}` : ''}</li>}
        </ul>
      )}
      <p className="xj-second">{t('mining.sample', { pairs: answer.pairs, cases: answer.cases, with: answer.with_step })}</p>
      <div><p className="xj-small xj-muted">{t('mining.not_controlled')}</p><ul className="xj-line">{answer.not_controlled.map((each, at) => <li key={at} className="xj-tag">{say(each)}</li>)}</ul></div>
      <p className="xj-small xj-muted">{t('mining.no_effect')}</p>
    </section>
  )
}
