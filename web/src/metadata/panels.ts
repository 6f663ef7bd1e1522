/** What a card that another feature adds to a record's page is given. */
import type { ComponentType } from 'react'
import type { RecordRow } from '@/api/types'

export interface RecordPanelProps { object: string; id: string; record: RecordRow }
/** A card of its own (it draws its `Card`, its loading and its refusal); it answers null when it has nothing to say. */
export interface RecordPanel { key: string; component: ComponentType<RecordPanelProps> }
