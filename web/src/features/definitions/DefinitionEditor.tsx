/** The document as text, with its problems in place and the four steps of its life. */
import { useEffect, useRef, useState } from 'react'
import type { Problem } from '@/api/types'
import { ApiError } from '@/lib/api'
import { clockNow } from '@/lib/clock'
import { problemText } from '@/lib/errors'
import { useIsPhone } from '@/lib/screen'
import { useTongue } from '@/lib/text'
import { useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card, Notice } from '@/ui/Card'
import { Tag } from '@/ui/Status'
import { Tabs } from '@/ui/Tabs'
import { showToast } from '@/ui/Toast'
import { DryRunResult } from './DryRunResult'
import { lineOf, read, write, type Format } from './document'
import { useLife } from './queries'

interface EditorProps { kind: string; name: string; document: Record<string, unknown>; hasDraft: boolean; readOnly: boolean }

export function DefinitionEditor({ kind, name, document, hasDraft, readOnly }: EditorProps) {
  const { t } = useTongue()
  const phone = useIsPhone()
  const [format, setFormat] = useState<Format>('yaml')
  const [text, setText] = useState(() => write(document, 'yaml'))
  const [saved, setSaved] = useState(text)
  const [draft, setDraft] = useState(hasDraft)
  const [problems, setProblems] = useState<Problem[] | null>(null)
  const life = useLife(kind, name)
  const refused = useRefused()
  const area = useRef<HTMLTextAreaElement>(null)
  const results = useRef<HTMLDivElement>(null)
  const changed = text !== saved
  const locked = readOnly || phone
  const refuse = (error: unknown) => { if (error instanceof ApiError && error.problems.length) setProblems(error.problems); else refused(error) }
  const swap = (next: Format) => { const parsed = read(text); if (!parsed.document) { setProblems(parsed.problems); return } const again = write(parsed.document, next); setText(again); if (!changed) setSaved(again); setFormat(next) }
  const typed = () => {
    const parsed = read(text)
    setProblems(parsed.problems.length ? parsed.problems : null)
    return parsed.document
  }
  const save = async (): Promise<boolean> => {
    if (!changed && draft) return true
    const document = typed()
    if (!document) return false
    try {
      const found = await life.save.mutateAsync(document)
      setSaved(text); setDraft(true); setProblems(found.length ? found : null)
      return true
    } catch (error) { refuse(error); return false }
  }
  // What is shown of a secret is a mask: such a document can only be tried as the server has stored it.
  const sealed = kind === 'channel' || kind === 'source'
  const stored = async () => ((await save()) ? read(text).document : null)
  const steps = {
    save: async () => { if (await save()) showToast({ kind: 'done', text: t('definitions.saved') }) },
    check: async () => {
      const document = sealed ? await stored() : typed()
      if (document) await life.check.mutateAsync(sealed ? undefined : document).then((found) => { setProblems(found); if (!found.length) showToast({ kind: 'done', text: t('definitions.no_problems') }) }, refuse)
    },
    dryRun: async () => {
      const document = sealed ? await stored() : typed()
      const until = clockNow()
      if (document) await life.dryRun.mutateAsync({ since: new Date(until - 30 * 86_400_000).toISOString(), until: new Date(until).toISOString(), ...(sealed ? {} : { document }) }).catch(refuse)
    },
    publish: async () => { if (await save()) await life.publish.mutateAsync('').then(() => { setDraft(false); setProblems(null); showToast({ kind: 'done', text: t('definitions.published') }) }, refuse) },
  }
  useEffect(() => { if (life.dryRun.data || problems?.length) results.current?.scrollIntoView({ block: 'center' }) }, [life.dryRun.data, problems])
  const busy = life.save.isPending || life.check.isPending || life.dryRun.isPending || life.publish.isPending
  const goTo = (problem: Problem) => {
    const line = problem.path ? (lineOf(text, problem.path) ?? problem.line) : problem.line
    const box = area.current
    if (!box || !line) return
    const start = text.split('\n').slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0)
    box.focus()
    box.setSelectionRange(start, start + (text.split('\n')[line - 1]?.length ?? 0))
    box.scrollTop = (line - 4) * 20
  }
  return (
    <div className="xj-stack">
      <Card title={t('definitions.document')} aside={<><Tabs soft label={t('definitions.format')} value={format} onChange={swap} tabs={[{ key: 'yaml', label: 'YAML' }, { key: 'json', label: 'JSON' }]} />{(changed || draft) && <Tag tint>{changed ? t('definitions.unsaved') : t('definitions.draft')}</Tag>}</>}>
        <textarea ref={area} className="xj-input xj-code xj-document" aria-label={t('definitions.document')} spellCheck={false} readOnly={locked} rows={Math.min(34, Math.max(14, text.split('\n').length + 1))} value={text} onChange={(event) => setText(event.target.value)} />
        {phone && !readOnly && <p className="xj-small xj-muted">{t('definitions.phone')}</p>}
      </Card>
      <div ref={results} className="xj-stack">
        {problems && problems.length > 0 && <Problems problems={problems} text={text} onGo={goTo} />}
        {life.dryRun.data && <DryRunResult result={life.dryRun.data} />}
      </div>
      {!readOnly && (
        <div className="xj-life" role="group" aria-label={t('definitions.life')}>
          {!phone && <><Button icon="edit" disabled={busy} reason={changed || !draft ? undefined : t('definitions.nothing_to_save')} onClick={() => void steps.save()}>{t('definitions.step.save')}</Button><span aria-hidden="true">→</span></>}
          <Button icon="tick" disabled={busy} onClick={() => void steps.check()}>{t('definitions.step.check')}</Button><span aria-hidden="true">→</span>
          <Button icon="history" disabled={busy} onClick={() => void steps.dryRun()}>{t('definitions.step.dry_run')}</Button><span aria-hidden="true">→</span>
          <Button kind="primary" icon="send" disabled={busy} reason={changed || draft ? undefined : t('definitions.nothing_to_publish')} onClick={() => void steps.publish()}>{t('definitions.step.publish')}</Button>
        </div>
      )}
    </div>
  )
}

function Problems({ problems, text, onGo }: { problems: Problem[]; text: string; onGo: (problem: Problem) => void }) {
  const { t, tongue } = useTongue()
  return (
    <Notice kind="error">
      <div className="xj-stack-8 xj-grow">
        <strong>{t('definitions.problems', { count: problems.length })}</strong>
        <ul className="xj-stack-8">
          {problems.map((problem, at) => {
            const line = problem.path ? (lineOf(text, problem.path) ?? problem.line) : problem.line
            return (
              <li key={at}><button type="button" className="xj-btn xj-btn--link xj-problem" onClick={() => onGo(problem)}>{line ? t('definitions.line', { line }) : t('definitions.anywhere')}{problem.path ? ` · ${problem.path}` : ''}</button> {problemText(problem, t, tongue)}</li>
            )
          })}
        </ul>
      </div>
    </Notice>
  )
}
