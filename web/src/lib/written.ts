import type { Text } from '@/api/types'
import { say } from './text'
import type { Tongue } from './time'

/** The text as it is written in this language, emptied too; the other's only where nothing was ever written in this one. */
export function written(text: unknown, tongue: Tongue): string {
  const key = tongue === 'en' ? 'en' : 'zh'
  return text !== null && typeof text === 'object' && key in text ? String((text as Text)[key] ?? '') : say(text as Text | undefined, tongue)
}
