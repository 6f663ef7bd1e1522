/** The context in which values become text on this screen. */
import { useMemo, useRef } from 'react'
import { useTongue } from '@/lib/text'
import { namesOf, useSchema } from './schema'
import { useMe } from './session'
import type { ValueContext } from './values'

/** The names of before while they are the same: what is drawn with them is not drawn again for a further page. */
function useSame(names: Record<string, string> | undefined) {
  const kept = useRef(names)
  const old = kept.current
  if (!old || !names || Object.keys(old).length !== Object.keys(names).length || Object.keys(names).some((key) => old[key] !== names[key])) kept.current = names
  return kept.current
}

export function useValues(someone?: Record<string, string>, something?: Record<string, string>): ValueContext {
  const people = useSame(someone)
  const related = useSame(something)
  const { t, tongue } = useTongue()
  const { data: schema } = useSchema()
  const workspace = useMe()?.workspace
  return useMemo(() => ({
    tongue,
    names: namesOf(schema, people),
    ...(related ? { related } : {}),
    decimals: workspace?.currency_decimals ?? 2,
    currency: workspace?.currency ?? 'CNY',
    yes: t('common.yes'),
    no: t('common.no'),
  }), [schema, people, related, workspace?.currency_decimals, workspace?.currency, tongue, t])
}
