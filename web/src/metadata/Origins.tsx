/** Where each value of a record came from, and how many nobody had to type. */
import { useQuery } from '@tanstack/react-query'
import type { FieldDefinition } from '@/api/types'
import { call } from '@/lib/api'
import { useTongue } from '@/lib/text'
import { exact, moment } from '@/lib/time'
import { Skeleton } from '@/ui/Empty'
import { useValues } from './useValues'

interface Origin { by: 'person' | 'known' | 'source' | 'system' | 'import' | 'history'; person: string | null; at: string; of?: { zh: string; en: string } | string | null }
interface Answer { filled: number; spared: number; fields: Record<string, Origin> }

export default function Origins({ object, id, version, fields }: { object: string; id: string; version: number; fields: FieldDefinition[] }) {
  const { t, tongue, say } = useTongue()
  const context = useValues()
  const { data } = useQuery({ queryKey: ['records', object, id, 'origins', version], queryFn: ({ signal }) => call<Answer>('get', '/api/v1/records/{object_key}/{id}/origins', { path: { object_key: object, id }, signal }) })
  if (!data) return <Skeleton rows={3} label={t('common.loading')} />
  const words = (one: Origin) => t(`known.by.${one.by}`, { who: context.names.person(one.person ?? '') || t('event.system'), of: typeof one.of === 'string' ? one.of : say(one.of) })
  return (
    <section className="xj-stack-8" aria-label={t('known.origins')}>
      <p data-spared={data.spared}>{t('known.spared', { spared: data.spared, filled: data.filled })}</p>
      <dl className="xj-facts">
        {fields.filter((field) => data.fields[field.key]).map((field) => { const one = data.fields[field.key]!; return [<dt key={`${field.key} name`}>{say(field.name, field.key)}</dt>, <dd key={field.key} data-origin={one.by} title={exact(one.at)}>{words(one)} <span className="xj-muted">{moment(one.at, tongue)}</span></dd>] })}
      </dl>
    </section>
  )
}
