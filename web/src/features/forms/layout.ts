/** The layout of a form's document, and where a dragged field lands in it. */
import type { Text } from '@/api/types'
import type { Doc } from '@/metadata/editing'

export interface FieldSpec { field: string; help?: Text; width?: 'full' | 'half'; visible_when?: string | boolean; required_when?: string | boolean; read_only?: string | boolean }
export interface Section { name?: Text; help?: Text; columns?: 1 | 2; fields: FieldSpec[] }

/** The sections that have the shape of one; what is malformed stays for the text editor. */
export function layoutOf(document: Doc): Section[] {
  const layout = Array.isArray(document.layout) ? (document.layout as unknown[]) : []
  return layout.map((section) => { const held = (section && typeof section === 'object' ? section : {}) as Section; return { ...held, fields: Array.isArray(held.fields) ? held.fields.filter((each) => each && typeof each.field === 'string') : [] } })
}

export function spotOf(layout: Section[], key: string): { section: number; at: number } | null {
  for (const [section, each] of layout.entries()) { const at = each.fields.findIndex((spec) => spec.field === key); if (at >= 0) return { section, at } }
  return null
}

/** The layout after a field ("key", or "new:key" from the palette) was dropped on a field or on "section:n"; null where nothing changes. */
export function place(layout: Section[], id: string, to: string): Section[] | null {
  const key = id.replace(/^new:/, '')
  const from = spotOf(layout, key)
  const onSection = /^section:(\d+)$/.exec(to)
  const target = onSection ? { section: Number(onSection[1]), at: layout[Number(onSection[1])]?.fields.length ?? 0 } : spotOf(layout, to)
  if (!target || !layout[target.section] || key === to || (onSection && from?.section === target.section)) return null
  const spec = from ? layout[from.section]!.fields[from.at]! : { field: key }
  const without = layout.map((section, at) => (at === from?.section ? { ...section, fields: section.fields.filter((each) => each.field !== key) } : section))
  return without.map((section, at) => (at === target.section ? { ...section, fields: [...section.fields.slice(0, target.at), spec, ...section.fields.slice(target.at)] } : section))
}
