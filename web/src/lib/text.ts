/** Choosing the language of a name that comes with a definition. */
import type { Text } from '@/api/types'
import { useTranslator } from './i18n'
import type { Tongue } from './time'

/** The text in the reader's language, else in the other, else the fallback. */
export function say(text: Text | string | null | undefined, tongue: Tongue, fallback = ''): string {
  if (!text) return fallback
  if (typeof text === 'string') return text
  return (tongue === 'en' ? text.en || text.zh : text.zh || text.en) || fallback
}

/** Translator, language and a `say` bound to it. */
export function useTongue() {
  const { t, language } = useTranslator()
  const tongue = (language === 'en' ? 'en' : 'zh-CN') as Tongue
  return { t, tongue, say: (text: Text | string | null | undefined, fallback = '') => say(text, tongue, fallback) }
}
