/** What stands where data should be: loading, not allowed, not found, failed with a way to try again. */
import type { UseQueryResult } from '@tanstack/react-query'
import { ApiError } from '@/lib/api'
import { errorText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Empty, Skeleton } from '@/ui/Empty'

export function QueryState({ query, rows }: { query: Pick<UseQueryResult, 'error' | 'isPending' | 'refetch' | 'isFetching'>; rows?: number }) {
  const { t, tongue } = useTongue()
  if (!query.error) return <Skeleton rows={rows ?? 5} label={t('common.loading')} />
  if (query.error instanceof ApiError && query.error.status === 403) return <Empty icon="lock" title={t('common.no_permission')}>{t('common.no_permission_help')}</Empty>
  if (query.error instanceof ApiError && query.error.status === 404) return <Empty icon="search" title={t('common.not_found')}>{t('common.not_found_help')}</Empty>
  return (
    <Empty icon="alert" title={t('common.failed')} action={<Button icon="refresh" disabled={query.isFetching} onClick={() => void query.refetch()}>{t('common.try_again')}</Button>}>
      {errorText(query.error, t, tongue)}
    </Empty>
  )
}
