/** Where deals are lost: the worst stage as a sentence, every stage as a bar, what the lost ones had skipped. */
import { useTongue } from '@/lib/text'
import { QueryState } from '@/metadata/QueryState'
import { Card, Notice } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { useLosses, type StageLoss } from './queries'
import './quality.css'

const percent = (value: number) => `${Math.round(value * 100)}%`

export function LossView({ days }: { days: number }) {
  const { t, say } = useTongue()
  const query = useLosses(days)
  if (!query.data) return <Card flush><QueryState query={query} /></Card>
  const { stages, contacts, ended, least, capped } = query.data
  const worst = stages.filter((stage) => stage.rate !== null && stage.lost > 0).sort((a, b) => b.rate! - a.rate!)[0]
  if (!ended) return <Card><Empty icon="info" title={t('quality.loss.none')}>{t('quality.loss.none_help')}</Empty></Card>
  return (
    <div className="xj-stack">
      <h2 className="xj-headline">{worst ? t('quality.loss.head', { stage: say(worst.name), rate: percent(worst.rate!) }) : t('quality.loss.head_few', { least })}</h2>
      {capped && <Notice kind="info">{t('quality.capped')}</Notice>}
      <Card title={t('quality.loss.stages')}>{stages.filter((stage) => stage.n > 0).map((stage) => <Bar key={stage.stage} name={say(stage.name)} share={stage.rate} figure={stage.rate === null ? t('quality.few', { n: stage.n }) : t('quality.loss.of', { share: percent(stage.rate), lost: stage.lost, n: stage.n })} />)}</Card>
      {worst && <Worst stage={worst} />}
      <Card title={t('quality.loss.contacts')}>{contacts.map((one) => <Bar key={one.contact} name={t('quality.loss.contact', { n: one.contact })} share={one.rate} figure={one.rate === null ? t('quality.few', { n: one.n }) : t('quality.loss.of', { share: percent(one.rate), lost: one.lost, n: one.n })} />)}</Card>
    </div>
  )
}

function Bar({ name, share, figure }: { name: string; share: number | null; figure: string }) {
  return <div className="xj-bar"><span>{name}</span><span className="xj-bar__track" aria-hidden="true"><i style={{ width: `${(share ?? 0) * 100}%` }} /></span><span className="xj-bar__figure">{figure}</span></div>
}

function Worst({ stage }: { stage: StageLoss }) {
  const { t, say } = useTongue()
  const top = stage.reasons.top[0]
  return (
    <Card title={t('quality.loss.why', { stage: say(stage.name) })}>
      <div className="xj-stack">
        {stage.reasons.same_word && top && <Notice>{t('quality.loss.same_word', { share: percent(top.share), word: top.word, n: stage.reasons.n })}</Notice>}
        {!stage.reasons.same_word && top && <p className="xj-second">{t('quality.loss.reasons', { words: stage.reasons.top.map((one) => `${one.word} ${percent(one.share)}`).join('、'), n: stage.reasons.n })}</p>}
        {stage.actions.length > 0 && (
          <div className="xj-scroll"><table className="xj-table">
            <thead><tr><th scope="col">{t('quality.loss.skipped')}</th><th scope="col" className="xj-num">{t('quality.loss.of_lost')}</th><th scope="col" className="xj-num">{t('quality.loss.of_won')}</th></tr></thead>
            <tbody>{stage.actions.map((one) => <tr key={one.action}><th scope="row">{say(one.name)}</th><td className="xj-num">{percent(one.share)} <span className="xj-muted">{one.skipped}/{one.n}</span></td><td className="xj-num">{one.share_won === null ? <span className="xj-muted">{t('quality.few', { n: one.n_won })}</span> : percent(one.share_won)}</td></tr>)}</tbody>
          </table></div>
        )}
        <p className="xj-small xj-muted">{t('quality.association')}</p>
      </div>
    </Card>
  )
}
