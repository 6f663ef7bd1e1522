/** The context in which values become text on this screen. */
import { useMemo } from 'react'
import { useTongue } from '@/lib/text'
import { namesOf, useSchema } from './schema'
import { useMe } from './session'
import type { ValueContext } from './values'

export function useValues(people?: Record<string, string>, related?: Record<string, string>): ValueContext {
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
