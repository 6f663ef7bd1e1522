/** The road of the organisation: three stages with their steps, what is done by use, and one next action. */
import { Link } from '@tanstack/react-router'
import { useTongue } from '@/lib/text'
import { Card } from '@/ui/Card'
import { Icon, type IconName } from '@/ui/Icon'
import { placeOf, type Roadmap, type Step, type StepState } from './queries'

const SIGN: Record<StepState, IconName> = { done: 'tick', next: 'right', open: 'dash', later: 'clock' }

export function RoadmapView({ road }: { road: Roadmap }) {
  const { t, say } = useTongue()
  return (
    <ol className="xj-road">
      {road.stages.map((stage, at) => {
        const done = stage.steps.filter((step) => step.state === 'done').length
        const counted = stage.steps.filter((step) => step.state !== 'later').length
        return (
          <li key={stage.key}>
            <Card flush title={`${at + 1}. ${say(stage.name)}`} aside={<span>{counted ? t('roadmap.of', { done, of: counted }) : t('roadmap.state.later')}</span>}>
              <ul>{stage.steps.map((step) => <StepRow key={step.key} step={step} />)}</ul>
            </Card>
          </li>
        )
      })}
    </ol>
  )
}

function StepRow({ step }: { step: Step }) {
  const { t, say } = useTongue()
  const words = <span className="xj-row__main"><strong>{say(step.name)}</strong><span className="xj-small xj-second">{say(step.why)}</span></span>
  const state = <span className={`xj-road__state xj-road__state--${step.state}`}><Icon name={SIGN[step.state]} />{t(`roadmap.state.${step.state}`)}</span>
  return (
    <li>
      {step.state === 'later' ? <div className="xj-row xj-road__step">{words}{state}</div> : <Link {...placeOf(step.to)} className="xj-row xj-road__step">{words}{state}</Link>}
    </li>
  )
}
