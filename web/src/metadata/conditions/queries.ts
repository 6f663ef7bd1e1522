/** Asking the server to read and print conditions; each text and each tree is asked about once. */
import { useQueries, useQuery, type QueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Text } from '@/api/types'
import { call } from '@/lib/api'
import { useTongue } from '@/lib/text'
import { EMPTY, type Reading, type Tree } from './tree'

/** "rule" also knows the event; a risk's condition the log over time, and its own numbers by name ("limit.days"). Keep the object the same. */
export type Place = 'record' | 'rule' | { numbers: Record<string, Text> }
export const isOverTime = (place: Place | undefined): place is { numbers: Record<string, Text> } => typeof place === 'object'
const asked = (place: Place) => (isOverTime(place) ? { place: 'over_time', numbers: place.numbers } : { place })

export const NOTHING: Reading = { cel: '', tree: EMPTY, sentence: null, parts: [], problems: [] }

const parseQuery = (object: string, cel: string, place: Place) => ({
  queryKey: ['conditions', 'parse', object, place, cel] as const,
  queryFn: ({ signal }: { signal: AbortSignal }) => call<Reading>('post', '/api/v1/conditions/parse', { body: { object, cel, ...asked(place) }, signal }),
  staleTime: 300_000,
})

const printQuery = (object: string, tree: Tree, place: Place) => ({
  queryKey: ['conditions', 'print', object, place, tree] as const,
  queryFn: ({ signal }: { signal: AbortSignal }) => call<Reading>('post', '/api/v1/conditions/print', { body: { object, tree, ...asked(place) }, signal }),
  staleTime: 300_000,
})

/** The reading of an expression; the empty one needs no question. */
export function useReading(object: string, cel: string, place: Place = 'record') {
  const query = useQuery({ ...parseQuery(object, cel, place), enabled: Boolean(cel.trim()), placeholderData: (previous: Reading | undefined) => previous })
  return cel.trim() ? query : { ...query, data: NOTHING, isPending: false, isPlaceholderData: false }
}

const readings = (answers: { data?: Reading | undefined }[]) => answers.flatMap(({ data }) => (data?.sentence && !data.problems.length ? [data] : []))

/** Several expressions as sentences, by their text; one that no sentence can be made of is left out. */
export function useSentences(object: string, texts: string[]): Map<string, string> {
  const { say, tongue } = useTongue()
  const found = useQueries({ queries: [...new Set(texts)].map((cel) => parseQuery(object, cel, 'record')), combine: readings })
  return useMemo(() => new Map(found.map((one) => [one.cel, say(one.sentence)])), [found, tongue]) // eslint-disable-line react-hooks/exhaustive-deps
}

export const usePrinted = (object: string, tree: Tree, place: Place = 'record') => useQuery(printQuery(object, tree, place))

/** The reading of a tree; what it printed need not be parsed again. */
export async function printTree(client: QueryClient, object: string, tree: Tree, place: Place = 'record'): Promise<Reading> {
  const reading = await client.fetchQuery(printQuery(object, tree, place))
  if (reading.cel && !reading.problems.length) client.setQueryData(parseQuery(object, reading.cel, place).queryKey, reading)
  return reading
}

export const parseCel = (client: QueryClient, object: string, cel: string, place: Place = 'record') => (cel.trim() ? client.fetchQuery(parseQuery(object, cel, place)) : Promise.resolve(NOTHING))
