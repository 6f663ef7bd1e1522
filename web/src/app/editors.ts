/** Which editor and which preview a kind of definition has; a kind without one is edited as text. */
import { createElement, lazy, type ComponentType } from 'react'
import type { EditorProps, PreviewProps } from '@/metadata/editing'

/** Kinds that are a handful of settings share one editor, told apart by a table. */
const plain = (kind: string) => lazy(() => import('@/features/plain/PlainEditor').then(({ PlainEditor }) => ({ default: (props: EditorProps) => createElement(PlainEditor, { ...props, kind }) })))

export const EDITORS: Record<string, ComponentType<EditorProps>> = {
  form: lazy(() => import('@/features/forms/FormEditor')),
  object: lazy(() => import('@/features/objects/ObjectEditor')),
  rule: lazy(() => import('@/features/rules/RuleEditor')),
  metric: lazy(() => import('@/features/metrics/MetricEditor')),
  dispatch: lazy(() => import('@/features/dispatch/DispatchEditor')),
  calendar: lazy(() => import('@/features/calendar/CalendarEditor')),
  role: lazy(() => import('@/features/roles/RoleEditor')),
  source: lazy(() => import('@/features/sources/SourceEditor')),
  channel: lazy(() => import('@/features/channels/ChannelEditor')),
  list_view: lazy(() => import('@/features/views/ViewEditor')),
  guidance: lazy(() => import('@/features/guidance/GuidanceEditor')),
  playbook: lazy(() => import('@/features/playbook/PlaybookEditor')),
  approval_flow: lazy(() => import('@/features/flows/FlowEditor')),
  pool: lazy(() => import('@/features/pools/PoolEditor')),
  risk: lazy(() => import('@/features/radar/RiskEditor')),
  coverage: plain('coverage'),
  audit_plan: plain('audit_plan'),
  monitoring: plain('monitoring'),
  daily: plain('daily'),
  follow_up: plain('follow_up'),
}

export const PREVIEWS: Record<string, ComponentType<PreviewProps>> = {
  form: lazy(() => import('@/features/forms/FormPreview')),
  object: lazy(() => import('@/features/objects/ObjectPreview')),
  rule: lazy(() => import('@/features/rules/RulePreview')),
  guidance: lazy(() => import('@/features/guidance/GuidancePreview')),
}

/** Kinds whose canvas needs the whole width: the side begins closed. */
export const WIDE: readonly string[] = ['dispatch', 'calendar', 'playbook']
