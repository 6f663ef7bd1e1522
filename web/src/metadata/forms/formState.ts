/** What a form shows for the values typed so far: its sections, and the rules as the server answers them. */
import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import type { FieldDefinition, FormDefinition, FormSection, FormState, RecordRow } from '@/api/types'
import { call } from '@/lib/api'
import { isEditable } from '../editable'
import type { ObjectMeta } from '../schema'

export interface ShownField { field: FieldDefinition; help: FormSection['help']; wide: boolean; required: boolean; readOnly: boolean }
export interface ShownSection { name: FormSection['name']; help: FormSection['help']; columns: 1 | 2; fields: ShownField[] }

/** The form of an object; without one its fields in their order, one section. */
export function formOf(meta: ObjectMeta, fields: FieldDefinition[]): FormDefinition {
  return meta.definition.form ?? { key: '', name: meta.definition.name, live: false, layout: [{ columns: 2, fields: fields.filter(isEditable).map((field) => ({ field: field.key })) }] }
}

/** Sections with what is shown of them now. */
export function shownSections(form: FormDefinition, meta: ObjectMeta, states: Record<string, FormState>): ShownSection[] {
  return form.layout.map((section) => ({
    name: section.name, help: section.help, columns: section.columns ?? 1,
    fields: section.fields.flatMap((each): ShownField[] => {
      const field = meta.fields.get(each.field)
      const state = states[each.field]
      if (!field || state?.visible === false) return []
      return [{ field, help: each.help ?? field.help, wide: each.width === 'full' || field.kind === 'long_text', required: Boolean(state?.required || field.required), readOnly: Boolean(state?.read_only) || !isEditable(field) }]
    }),
  })).filter((section) => section.fields.length)
}

const later = <T,>(value: T, ms: number): T => {
  const [held, setHeld] = useState(value)
  const deferred = useDeferredValue(value)
  useEffect(() => { const timer = setTimeout(() => setHeld(deferred), ms); return () => clearTimeout(timer) }, [deferred, ms])
  return held
}
const useLater = later

/** {field: {visible, required, read_only}} for these values; the server is the only one that evaluates. `draft` stands in for the form in force. */
export const useFormStates = (object: string, live: boolean, values: Record<string, unknown>, id?: string, draft?: Record<string, unknown>): Record<string, FormState> => useFormAnswer(object, live, values, id, draft).fields

/** What nobody need fill, with where it comes from. */
export interface Known { value: unknown; of: { zh: string; en: string } }
interface Answer { fields: Record<string, FormState>; known: Record<string, Known> }

/** The same, and of a new record what is known of it already. */
export function useFormAnswer(object: string, live: boolean, values: Record<string, unknown>, id?: string, draft?: Record<string, unknown>): Answer {
  const asked = useLater(useMemo(() => JSON.stringify({ values, ...(id ? { id } : {}), ...(draft ? { form: draft } : {}) }), [values, id, draft]), 250)
  const { data } = useQuery({
    queryKey: ['form-state', object, asked],
    queryFn: ({ signal }) => call<Answer>('post', '/api/v1/records/{object_key}/evaluate-form', { path: { object_key: object }, body: JSON.parse(asked) as Record<string, unknown>, signal }),
    enabled: live,
    placeholderData: (previous) => previous,
    staleTime: 30_000,
  })
  return data ?? NONE
}
const NONE: Answer = { fields: {}, known: {} }

/** What differs from the record, as the server is sent it. */
export const changedValues = (typed: Record<string, unknown>, base: RecordRow | null) => Object.fromEntries(Object.entries(typed).filter(([key, value]) => (base ? JSON.stringify(value ?? null) !== JSON.stringify(base[key] ?? null) : value !== null && value !== undefined && value !== '')))
