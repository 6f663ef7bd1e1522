/** The canvas of boxes and arrows; a placeholder of its size until the graph libraries have arrived. */
import { lazy, Suspense } from 'react'
import type { CanvasProps } from './Canvas'

const Loaded = lazy(() => import('./Canvas'))

export type { Arrow, Box, CanvasProps } from './Canvas'
export const Canvas = (props: CanvasProps) => <Suspense fallback={<div className="xj-canvas" role="status" aria-label={props.label} />}><Loaded {...props} /></Suspense>
