/** One draft being written: shown at once, saved a moment later, never over somebody else's writing and never lost. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Problem } from '@/api/types'
import { ApiError } from '@/lib/api'
import { recall, remember } from '@/lib/store'
import type { Doc } from './contract'
import { putDraft, readDefinition, type Definition } from './queries'

export type SaveState = 'clean' | 'waiting' | 'saving' | 'saved' | 'failed' | 'conflict'
const PAUSE = 700
const AGAIN = 4_000

const shelf = (kind: string, key: string) => `xingji.draft.${kind}.${key}`
function kept(kind: string, key: string, revision: string): Doc | null {
  try {
    const found = JSON.parse(recall(shelf(kind, key)) ?? 'null') as { revision: string; document: Doc } | null
    return found && found.revision === revision ? found.document : null
  } catch { return null }
}

export function useDraft(kind: string, key: string, found: Definition | undefined, starter: Doc) {
  const revision = useRef(found?.draft?.revision ?? '')
  const standing = useRef(found?.version ?? null)
  const [document, setDocument] = useState<Doc>(() => kept(kind, key, revision.current) ?? found?.draft?.document ?? found?.document ?? starter)
  const [state, setState] = useState<SaveState>('clean')
  const [problems, setProblems] = useState<Problem[]>([])
  const [checked, setChecked] = useState(false)
  const [held, setHeld] = useState(Boolean(found?.draft))
  const [savedAt, setSavedAt] = useState<string | null>(found?.draft?.saved_at ?? null)
  const [version, setVersion] = useState<number | null>(found?.draft?.version ?? null)
  const [other, setOther] = useState<{ by: string | null } | null>(null)
  const [refusal, setRefusal] = useState<unknown>(null)
  const latest = useRef(document)
  const dirty = useRef(document !== (found?.draft?.document ?? found?.document ?? starter))
  const running = useRef<Promise<boolean> | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const base = useRef<number | undefined>(undefined)

  const save = useCallback((): Promise<boolean> => {
    clearTimeout(timer.current)
    running.current ??= (async () => {
      while (dirty.current) {
        dirty.current = false
        setState('saving')
        try {
          const answer = await putDraft(kind, key, { document: latest.current, revision: revision.current, base_version: base.current })
          base.current = undefined
          revision.current = answer.draft.revision
          setProblems(answer.problems); setChecked(true); setHeld(true); setVersion(answer.draft.version)
          setSavedAt(answer.draft.saved_at ?? null); setRefusal(null)
          if (!dirty.current) remember(shelf(kind, key), null)
        } catch (error) {
          dirty.current = true
          setRefusal(error)
          if (error instanceof ApiError && error.code === 'definitions.draft_changed') { setOther({ by: (error.data.saved_by as string | null) ?? null }); setState('conflict'); return false }
          if (error instanceof ApiError && error.problems.length) { setProblems(error.problems); setChecked(true) }
          setState('failed')
          if (error instanceof ApiError && (error.status === 0 || error.status >= 500)) timer.current = setTimeout(() => void save(), AGAIN)
          return false
        }
      }
      setState((now) => (now === 'saving' ? 'saved' : now))
      return true
    })().finally(() => { running.current = null })
    return running.current
  }, [kind, key])

  const change = useCallback((next: Doc) => {
    latest.current = next
    dirty.current = true
    setDocument(next)
    setState((now) => (now === 'conflict' ? now : 'waiting'))
    remember(shelf(kind, key), JSON.stringify({ revision: revision.current, document: next }))
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void save(), PAUSE)
  }, [kind, key, save])

  const take = useCallback((read: Definition) => {
    revision.current = read.draft?.revision ?? ''
    dirty.current = false
    latest.current = read.draft?.document ?? read.document ?? starter
    remember(shelf(kind, key), null)
    setDocument(latest.current); setHeld(Boolean(read.draft)); setSavedAt(read.draft?.saved_at ?? null); setVersion(read.draft?.version ?? null)
    setProblems([]); setChecked(false); setState('clean'); setOther(null); setRefusal(null)
  }, [kind, key, starter])

  useEffect(() => {
    if (!found || dirty.current || running.current) return
    const draft = found.draft?.revision ?? ''
    // What is in force changes under an unedited canvas too: after a publish or a roll back, here or elsewhere.
    if (draft !== revision.current || (!draft && found.version !== standing.current)) take(found)
    standing.current = found.version ?? null
  }, [found, take])
  useEffect(() => {
    if (dirty.current) void save()
    const ask = (event: BeforeUnloadEvent) => { if (dirty.current) event.preventDefault() }
    window.addEventListener('beforeunload', ask)
    return () => { window.removeEventListener('beforeunload', ask); if (dirty.current && latest.current) void save() }
  }, [save])

  return {
    document, state, problems, checked, held, savedAt, version, other, refusal, change, setProblems,
    /** Everything typed is with the server; false when it was refused. */
    flush: () => (dirty.current || running.current ? save() : Promise.resolve(true)),
    /** Save although nothing was typed: to check or publish what is in force. */
    begin: () => { dirty.current = true; return save() },
    takeTheirs: async () => take(await readDefinition(kind, key)),
    keepMine: async () => { const read = await readDefinition(kind, key); revision.current = read.draft?.revision ?? ''; setOther(null); setState('waiting'); return save() },
    /** Say that the version now in force has been seen. */
    seen: (now: number) => { base.current = now; dirty.current = true; return save() },
    published: () => { revision.current = ''; dirty.current = false; remember(shelf(kind, key), null); setHeld(false); setVersion(null); setSavedAt(null); setProblems([]); setState('clean') },
  }
}

export type Drafting = ReturnType<typeof useDraft>
