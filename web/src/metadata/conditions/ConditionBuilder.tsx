/** The visual editor of a condition: groups, conditions and parts kept word for word. The server reads and prints CEL. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { Problem, Text } from '@/api/types'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Skeleton } from '@/ui/Empty'
import { Icon } from '@/ui/Icon'
import { GroupPart } from './GroupPart'
import { CelEditor } from './OpaquePart'
import { parseCel, printTree, useReading, type Place } from './queries'
import { useSubjects } from './subjects'
import { asGroup, incomplete, pruned, sameTree, type Group, type Tree } from './tree'
import { useWaits } from './unfinished'
import './conditions.css'

export interface ConditionBuilderProps {
  object: string
  cel: string
  onChange: (cel: string) => void
  /** Problems of the document at this condition. */
  problems?: Problem[]
  readOnly?: boolean
  /** "rule": conditions may also ask about the event and what it changed. */
  place?: Place
  label?: string
}

export function ConditionBuilder(props: ConditionBuilderProps) {
  const { t } = useTongue()
  const { object, cel, place = 'record', label } = props
  const reading = useReading(object, cel, place)
  const last = useRef(cel)
  // What comes back from this editor's own change must not rebuild it under the cursor.
  const [round, setRound] = useState(0)
  useEffect(() => { if (cel !== last.current) { last.current = cel; setRound((now) => now + 1) } }, [cel])
  const { data } = reading
  const known = useRef<{ round: number; tree: Tree } | null>(null)
  if (data && !reading.isPlaceholderData && known.current?.round !== round) known.current = { round, tree: data.tree }
  return (
    <div className="xj-cond" role="group" aria-label={label ?? t('condition.label')}>
      {known.current
        ? <Draft key={known.current.round} {...props} tree={known.current.tree} onCel={(next) => { last.current = next; props.onChange(next) }} broken={data?.problems ?? []} />
        : <Skeleton rows={1} label={t('common.loading')} />}
    </div>
  )
}

function Draft({ object, cel, place = 'record', problems = [], readOnly = false, tree, onCel, broken }: ConditionBuilderProps & { tree: Tree; onCel: (cel: string) => void; broken: Problem[] }) {
  const { t, tongue, say } = useTongue()
  const client = useQueryClient()
  const { subjects, byPath } = useSubjects(object)
  const [draft, setDraft] = useState<Group>(() => asGroup(tree))
  const [said, setSaid] = useState<{ sentence: Text | null; problems: Problem[] }>({ sentence: null, problems: broken })
  const [asText, setAsText] = useState(false)
  const printed = useRef<Tree>(tree)
  const waiting = incomplete(draft)
  useWaits(waiting && !readOnly && !asText)
  const keep = useRef(onCel)
  keep.current = onCel
  const unsent = useRef<(() => void) | null>(null)
  useEffect(() => {
    unsent.current = null
    if (waiting || sameTree(asGroup(printed.current), draft)) return
    const send = () => {
      unsent.current = null
      printed.current = draft
      void printTree(client, object, pruned(draft), place).then((answer) => {
        if (printed.current !== draft) return
        setSaid({ sentence: answer.sentence, problems: answer.problems })
        if (answer.cel || !answer.problems.length) keep.current(answer.cel)
      }, () => { printed.current = tree })
    }
    unsent.current = send
    const timer = setTimeout(send, 200)
    return () => clearTimeout(timer)
  }, [draft, waiting, client, object, place, tree])
  // Whoever turns to something else at once loses nothing of what was just written.
  useEffect(() => () => unsent.current?.(), [])
  const { data: now } = useReading(object, cel, place)
  const other = problems.filter((problem) => !said.problems.some((mine) => mine.code === problem.code))
  const takeText = (text: string) => void parseCel(client, object, text, place).then((answer) => { printed.current = answer.tree; setDraft(asGroup(answer.tree)); setSaid({ sentence: answer.sentence, problems: answer.problems }) })
  // Who may only read is told in words; only what no sentence says is shown as it is written.
  if (readOnly && !broken.length && (!cel.trim() || now?.sentence)) return <p className="xj-cond__words" role="status">{cel.trim() ? say(now?.sentence) : t('condition.none')}</p>
  return (
    <>
      {asText ? <CelEditor object={object} place={place} cel={cel} readOnly={readOnly} problems={problems} onChange={(reading) => onCel(reading.cel)} />
        : <GroupPart tree={draft} path="" depth={0} object={object} place={place} subjects={subjects} byPath={byPath} readOnly={readOnly} problems={said.problems} onChange={(next) => setDraft(asGroup(next))} />}
      <div className="xj-line xj-cond__foot">
        <span className="xj-small xj-second xj-grow" role="status">{waiting ? t('condition.unfinished') : say(said.sentence ?? now?.sentence)}</span>
        <Button size="small" kind="ghost" aria-pressed={asText} onClick={() => { if (asText) takeText(cel); setAsText(!asText) }}>{t(asText ? 'condition.as_parts' : 'condition.as_text')}</Button>
      </div>
      {!asText && other.map((problem, at) => <p key={at} className="xj-field__error" role="alert"><Icon name="alert" />{problem.line ? `${t('condition.at', { line: problem.line, column: problem.column })} ` : ''}{problemText(problem, t, tongue)}</p>)}
    </>
  )
}
