/** The message after a write, with undo; what undo could not take back is said. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { call } from '@/lib/api'
import { errorText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { showToast } from '@/ui/Toast'

interface Undone { restored?: unknown[] | number; cannot?: unknown[] }

/** A function that shows "done" with an undo button when the write has a change id. */
export function useDone() {
  const { t, tongue } = useTongue()
  const client = useQueryClient()
  const undo = useMutation({
    mutationFn: (change: string) => call<Undone>('post', '/api/v1/changes/{change}/undo', { path: { change } }),
    onSuccess: (result) => {
      showToast({ kind: 'done', text: result?.cannot?.length ? t('common.undone_partly', { count: result.cannot.length }) : t('common.undone') })
      void client.invalidateQueries()
    },
    onError: (error) => showToast({ kind: 'error', text: errorText(error, t, tongue) }),
  }).mutate
  return useCallback((text: string, change?: string | null) => {
    showToast({ kind: 'done', text, action: change ? { label: t('common.undo'), run: () => undo(change) } : undefined })
  }, [t, undo])
}

/** A function that shows a refusal in words. */
export function useRefused() {
  const { t, tongue } = useTongue()
  return useCallback((error: unknown) => { showToast({ kind: 'error', text: errorText(error, t, tongue) }) }, [t, tongue])
}
