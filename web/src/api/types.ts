/** Shapes of the HTTP interface the screens read. Records are open: their fields come from the object definitions. */
export type Text = { zh?: string; en?: string }
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

export interface Problem {
  code: string
  path?: string
  params?: Record<string, Json>
  message?: Text
  severity?: 'error' | 'warning' | 'info'
  rule?: string
  who?: string
  line?: number
  column?: number
}

export interface Session {
  person: { id: string; key?: string; name: string; title?: string | null; unit?: { id: string; key: string; name: string } | null } | null
  workspace: { key: string; name: string; zone: string; site: string | null; currency: string; currency_decimals: number; clock: { now: string; moved: boolean; fixed: boolean } }
  roles: { key: string; name: Text }[]
  rights: string[]
  home?: string | null
  csrf: string
  /** Who really sits there, while the session sees as another person. */
  seen_by?: { id: string; name: string } | null
  unread: number
  /** The end of the log as of this answer. */
  live?: string | null
  lang?: string | null
  workspaces: { key: string; name: string }[]
}

export interface ChoiceOption { key: string; name: Text; tone?: string }
export interface FieldDefinition {
  key: string
  kind: string
  name: Text
  help?: Text
  example?: string
  options?: ChoiceOption[]
  to?: string
  decimals?: number
  multiple?: boolean
  result?: string
  required?: boolean
  /** Nobody need fill it: taken from what a new record is linked to. */
  known?: string
  server_owned?: boolean
  system?: boolean
  can: 'read' | 'write' | 'masked' | 'hidden' | string
}
export type Layout = 'table' | 'board' | 'calendar'
export type Total = 'sum' | 'avg' | 'min' | 'max' | 'median' | 'count'
export interface ListView {
  key: string
  name: Text
  object?: string
  columns: string[]
  widths?: Record<string, number>
  filter?: string | null
  sort?: string[] | string
  layout?: Layout
  group_by?: string
  date_field?: string
  color_by?: string
  totals?: Record<string, Total>
  density?: 'normal' | 'compact'
  /** Seen by this person alone. */
  mine?: boolean
}
export interface FormField { field: string; help?: Text; width?: 'full' | 'half' }
export interface FormSection { name?: Text; help?: Text; columns?: 1 | 2; fields: FormField[] }
/** `live`: it has rules, which the server answers for what is typed. */
export interface FormDefinition { key: string; name: Text; layout: FormSection[]; live: boolean }
export interface FormState { visible: boolean; required: boolean; read_only: boolean }
export interface GuidanceItem { key: string; text: Text; required?: boolean }
export interface Guidance { key: string; title?: Text; name?: Text; text?: Text; items?: GuidanceItem[] }
export interface ObjectDefinition { key: string; name: Text; icon?: string; title: string; sort?: string | string[]; fields: FieldDefinition[]; list_views: ListView[]; default_view?: string | null; form?: FormDefinition | null; can?: Record<string, boolean>; inverses?: Inverse[] }
/** A relation of another object that leads here. */
export interface Inverse { key: string; object: string; field: string; name: Text }
export interface Person { id: string; key?: string; name: string; unit?: string | null; title?: string | null; active?: boolean }
export interface Named { key: string; name: Text | string }
export interface Schema {
  rev: number
  objects: ObjectDefinition[]
  people: Person[]
  units: (Named & { id?: string })[]
  regions: Named[]
  brands: Named[]
  pools: Named[]
  sources: Named[]
  channels: Named[]
  roles?: Named[]
}

export type RecordRow = { id: string; version: number; can?: Record<string, boolean>; created_at?: string; owner?: string | null } & { [field: string]: unknown }
export interface Page { rows: RecordRow[]; next?: string | null; count?: number | null; count_capped?: boolean; people?: Record<string, string>; related?: Record<string, string> }
export interface Written { id?: string; version?: number; change?: string; record?: RecordRow }

export interface TimelineEvent { id: number | string; type: string; occurred_at: string; person?: string | null; claimed?: boolean; data: Record<string, Json>; source?: string | null; depth?: number; change?: string | null }
export interface TimelinePage { rows: TimelineEvent[]; next?: string | null; people?: Record<string, string> }
export interface HistoryRow { id: number | string; at: string; person?: string | null; type: string; changes: Record<string, [Json, Json]>; change?: string | null }
export interface RunRow { id: number | string; at: string; rule: string; rule_name?: Text; outcome: string; sentence?: Text; trace?: Record<string, Json> }

export interface TimerRow { record: string; key: string; name?: Text; due: string; from?: string; /** The event types that stop it. */ stops?: string[] }
export interface FiredRow { record: string; key: string; name?: Text; at: string; stops?: string[] }
export interface Timers { rows: TimerRow[]; fired: FiredRow[] }

export interface Candidate { person: string; chosen?: boolean; weight?: number | null; open?: number; capacity?: number; excluded?: string | null; zh?: string; en?: string }
export interface LedgerRow {
  id: number; at: string; action: string; table_key?: string | null; table_version?: number | null; row_key?: string | null; row_name?: Text; chosen?: string | null; pool?: string | null; previous?: string | null
  reason: Record<string, Json>; candidates: Candidate[]
}
export interface Reason { code: string; field?: string; zh?: string; en?: string }
export interface Proposal { id: string; object: string; record: string; other: string | null; title?: string | null; owner_team?: string | null; score: number; reasons: Reason[]; can?: Record<string, boolean> }
export interface Duplicate { id?: string | null; object?: string; title?: string | null; owner_team?: string | null; readable?: boolean; reasons: Reason[] }
export interface MergePreview { fields: { field: string; kept: Json; other: Json; result: Json }[]; moves: Record<string, number> }

export interface InboxItem { id: string; at: string; kind: string; urgency: 'normal' | 'strong'; title: string; body: string; object?: string | null; record?: string | null; rule?: string | null; read_at?: string | null; data?: Record<string, Json> }
export interface HeatCell { channel: string | null; hour: number; n: number; overdue?: number; first_response_median_min?: number | null; follow_24h?: number | null; conv_72h?: number | null }
export interface HeatMap { hours: number[]; channels: (Named & Partial<HeatCell>)[]; cells: HeatCell[]; working_hours: number[]; slow?: SlowFinding | null }
export interface SlowFinding { channel: string | null; name: Text; weekday: number; hour: number; n: number; answered: number; slower: number; median_min: number; typical_min: number; ratio: number; filter: string }
export interface ChannelRow { channel: string | null; win_share?: number | null; name?: Text | string; leads: number; wins: number; conversion: number | null; lag_median_days: number | null; lag_mean_days: number | null }
