/** Which editor and which preview a kind of definition has; a kind without one is edited as text. */
import { lazy, type ComponentType } from 'react'
import type { EditorProps, PreviewProps } from '@/metadata/editing'

export const EDITORS: Record<string, ComponentType<EditorProps>> = {
}

export const PREVIEWS: Record<string, ComponentType<PreviewProps>> = {
}

/** Kinds whose canvas needs the whole width: the side begins closed. */
export const WIDE: readonly string[] = ['dispatch', 'calendar']
void lazy
