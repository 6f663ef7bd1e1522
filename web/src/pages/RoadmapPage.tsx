/** Where the organisation stands on its road, and the one next action. */
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { placeOf, useRemoveSample, useRoadmap, type Roadmap, type Size } from '@/features/founding/queries'
import { RoadmapView } from '@/features/founding/RoadmapView'
import { useTongue } from '@/lib/text'
import { errorText } from '@/lib/errors'
import { QueryState } from '@/metadata/QueryState'
import { Button } from '@/ui/Button'
import { Notice } from '@/ui/Card'
import { Page } from '@/ui/Page'
import { Tabs } from '@/ui/Tabs'
import '@/features/founding/founding.css'

const SIZES: Size[] = ['s', 'm', 'l']

export default function RoadmapPage() {
  const { t, say } = useTongue()
  const [size, setSize] = useState<Size | ''>('')
  const query = useRoadmap(size)
  const navigate = useNavigate()
  const road = query.data
  const next = road?.stages.flatMap((stage) => stage.steps).find((step) => step.state === 'next')
  return (
    <Page title={t('nav.roadmap')}>
      <div className="xj-page__head">
        <h1>{!road ? t('nav.roadmap') : next ? t('roadmap.head_next', { done: road.done, of: road.of, name: say(next.name) }) : t('roadmap.head_done', { of: road.of })}</h1>
        <div className="xj-page__actions">{next && <Button kind="primary" icon="right" onClick={() => void navigate(placeOf(next.to))}>{say(next.name)}</Button>}</div>
      </div>
      {!road ? <QueryState query={query} rows={6} /> : (
        <>
          {road.sample && <SampleNotice road={road} />}
          <div className="xj-line">
            <Tabs label={t('roadmap.size')} value={road.size} onChange={setSize} tabs={SIZES.map((key) => ({ key, label: t(`sign_up.sizes.${key}`) }))} />
            {road.size !== road.own_size && <span className="xj-second">{t('roadmap.other_size', { size: t(`sign_up.sizes.${road.own_size}`) })}</span>}
          </div>
          <RoadmapView road={road} />
          <p className="xj-small xj-muted">{t('roadmap.reckoned')}</p>
        </>
      )}
    </Page>
  )
}

function SampleNotice({ road }: { road: Roadmap }) {
  const { t, tongue } = useTongue()
  const remove = useRemoveSample()
  const counts = road.sample?.counts ?? {}
  return (
    <Notice kind="info">
      <span>{remove.error ? errorText(remove.error, t, tongue) : t('roadmap.sample', { leads: counts.lead ?? 0, customers: counts.customer ?? 0, people: counts.person ?? 0 })}</span>
      <Button size="small" disabled={remove.isPending} reason={road.can.remove_sample ? undefined : t('roadmap.sample_who')} onClick={() => remove.mutate()}>{remove.isPending ? t('roadmap.sample_going') : t('roadmap.sample_remove')}</Button>
    </Notice>
  )
}
