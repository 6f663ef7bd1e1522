/** Why the server said no, unless every reason already stands beside its field: no button is pressed without an answer. */
import { ApiError } from '@/lib/api'
import { errorText, problemsByField } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { Notice } from '@/ui/Card'

export function Refused({ error, beside }: { error: unknown; beside: readonly string[] }) {
  const { t, tongue } = useTongue()
  if (!error) return null
  const fields = Object.keys(problemsByField(error, t, tongue))
  if (error instanceof ApiError && fields.length > 0 && fields.every((field) => beside.includes(field))) return null
  return <Notice kind="error">{errorText(error, t, tongue)}</Notice>
}
