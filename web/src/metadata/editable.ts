/** Which fields a person may type into. */
import type { FieldDefinition } from '@/api/types'

/** Whether a person can type a value of this kind here. */
export const isEditable = (field: FieldDefinition) => field.can === 'write' && !['formula', 'rollup', 'file', 'region'].includes(field.kind)
