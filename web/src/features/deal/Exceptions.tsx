/** Lawful exceptions of a record: asked, decided, used; the supervisor decides here. */
import { useState } from 'react'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { useDone } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Status, type StatusKind } from '@/ui/Status'
import { AskWhy } from '@/metadata/AskWhy'
import { useDecideException, type ExceptionView, type Process } from './queries'

const LOOK: Record<ExceptionView['status'], StatusKind> = { asked: 'soon', granted: 'ontrack', refused: 'idle', used: 'done' }

export function ExceptionsCard({ object, id, process }: { object: string; id: string; process: Process }) {
  const { t, tongue, say } = useTongue()
  const [refusing, setRefusing] = useState('')
  const decide = useDecideException(object, id)
  const done = useDone()
  if (!process.exceptions.length) return null
  const nameOf = (stage: string | null) => say([...process.stages.map(({ key, name }) => ({ key, name })), ...process.moves.map(({ to, name }) => ({ key: to, name }))].find((each) => each.key === stage)?.name, stage ?? '')
  const who = (person: string | null) => (person ? (process.people?.[person] ?? '') : '')
  return (
    <Card flush title={t('deal.exceptions')}>
      <ul>
        {process.exceptions.map((each) => (
          <li key={each.id} className="xj-exception">
            <div className="xj-line"><Status kind={LOOK[each.status]}>{t(`deal.exception.${each.status}`)}</Status><span>{t('deal.exception_to', { to: nameOf(each.to_stage) })}</span></div>
            <p className="xj-pre">{each.reason}</p>
            <p className="xj-facts-line xj-small"><span>{t('deal.asked_by', { who: who(each.asked_by), at: moment(each.asked_at, tongue) })}</span>{each.decided_at && <span>{t('deal.decided_by', { who: who(each.decided_by), at: moment(each.decided_at, tongue) })}</span>}</p>
            {each.answer && <p className="xj-quote">{each.answer}</p>}
            {each.status === 'asked' && process.can.decide && refusing !== each.id && <div className="xj-line"><Button disabled={decide.isPending} onClick={() => decide.mutate({ exception: each.id, grant: true, answer: '' }, { onSuccess: () => done(t('deal.said_granted')) })}>{t('deal.grant')}</Button><Button kind="ghost" onClick={() => setRefusing(each.id)}>{t('deal.refuse')}</Button></div>}
            {refusing === each.id && <AskWhy draft={`exception.${each.id}`} label={t('deal.refuse_why')} action={t('deal.refuse')} busy={decide.isPending} error={decide.error} onClose={() => setRefusing('')} onSend={(answer, sent) => decide.mutate({ exception: each.id, grant: false, answer }, { onSuccess: () => { sent(); setRefusing(''); done(t('deal.said_refused')) } })} />}
          </li>
        ))}
      </ul>
    </Card>
  )
}
