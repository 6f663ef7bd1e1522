/** A definition as YAML, for kinds without an editor of their own and for what an editor cannot show; problems stand at their line. */
import { useEffect, useRef, useState } from 'react'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { ownPath, useGoTo, type Doc, type EditorProps, type Problem } from './contract'
import { lineOf, read, write } from './document'

export default function TextEditor({ document, onChange, problems, readOnly }: EditorProps) {
  const { t, tongue } = useTongue()
  const [text, setText] = useState(() => write(document, 'yaml'))
  const [broken, setBroken] = useState<Problem[]>([])
  const mine = useRef<Doc>(document)
  const area = useRef<HTMLTextAreaElement>(null)
  useEffect(() => { if (document !== mine.current) { mine.current = document; setText(write(document, 'yaml')); setBroken([]) } }, [document])
  const type = (next: string) => {
    setText(next)
    const parsed = read(next)
    setBroken(parsed.problems)
    if (parsed.document) { mine.current = parsed.document; onChange(parsed.document) }
  }
  const go = (line: number | null | undefined) => {
    const box = area.current
    if (!box || !line) return
    const lines = text.split('\n')
    const start = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0)
    box.focus()
    box.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0))
    box.scrollTop = (line - 4) * 20
    box.scrollIntoView({ block: 'nearest' })
  }
  useGoTo((path) => setTimeout(() => go(lineOf(text, path)), 80))
  const shown = broken.length ? broken : problems
  return (
    <div className="xj-stack-8">
      {shown.length > 0 && (
        <ul className="xj-stack-8 xj-lines" aria-label={t('studio.problems_by_line')}>
          {shown.map((problem, at) => {
            const line = (problem.path ? lineOf(text, ownPath(problem)) : null) ?? problem.line
            return <li key={at} className="xj-field__error"><button type="button" className="xj-btn xj-btn--link xj-problem" onClick={() => go(line)}>{line ? t('definitions.line', { line }) : t('definitions.anywhere')}</button> {problemText(problem, t, tongue)}</li>
          })}
        </ul>
      )}
      <textarea ref={area} className="xj-input xj-code xj-document" aria-label={t('definitions.document')} spellCheck={false} readOnly={readOnly} rows={Math.min(36, Math.max(14, text.split('\n').length + 1))} value={text} onChange={(event) => type(event.target.value)} />
    </div>
  )
}
