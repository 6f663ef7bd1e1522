/** Overlays and hard inputs: a placeholder of the same size until antd has arrived. */
import { lazy, Suspense } from 'react'
import type { DateBoxProps, DialogProps, DrawerProps, SelectBoxProps } from './types'

const DialogBody = lazy(() => import('./antd').then((part) => ({ default: part.DialogBody })))
const DrawerBody = lazy(() => import('./antd').then((part) => ({ default: part.DrawerBody })))
const SelectBody = lazy(() => import('./antd').then((part) => ({ default: part.SelectBody })))
const DateBody = lazy(() => import('./antd').then((part) => ({ default: part.DateBody })))

export const Dialog = (props: DialogProps) => (props.open ? <Suspense fallback={null}><DialogBody {...props} /></Suspense> : null)
export const Drawer = (props: DrawerProps) => (props.open ? <Suspense fallback={null}><DrawerBody {...props} /></Suspense> : null)
export const SelectBox = (props: SelectBoxProps) => props.readOnly ? <output className="xj-chosen" id={props.id} aria-label={props.label}>{[props.value ?? []].flat().map((each) => props.options.find((option) => option.value === each)?.label ?? each).join(' · ') || '–'}</output> : <Suspense fallback={<div className="xj-input" aria-hidden="true" />}><SelectBody {...props} /></Suspense>
export const DateBox = (props: DateBoxProps) => <Suspense fallback={<div className="xj-input" aria-hidden="true" />}><DateBody {...props} /></Suspense>
