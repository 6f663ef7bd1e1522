/**
 * Language of the interface: loads one language, remembers the choice, tells the document.
 * The first screens' words come first; the rest follows at rest, and before any screen that needs it.
 */
import i18next, { type TFunction } from 'i18next'
import { useSyncExternalStore } from 'react'
import { recall, remember } from '../store'

export const LANGUAGES = ['zh-CN', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

const STORE = 'xingji.language'
type Book = () => Promise<{ default: Record<string, unknown> }>
const FIRST: Record<Language, Book> = { 'zh-CN': () => import('./zh-CN'), en: () => import('./en') }
const MORE: Record<Language, Book> = { 'zh-CN': () => import('./zh-CN/more'), en: () => import('./en/more') }
const asked = new Map<Language, Promise<void>>()

/** The remembered language, else the browser's, else Chinese. */
export function preferredLanguage(): Language {
  const stored = recall(STORE)
  if (LANGUAGES.includes(stored as Language)) return stored as Language
  return navigator.language?.toLowerCase().startsWith('en') ? 'en' : 'zh-CN'
}

export async function startI18n(language: Language = preferredLanguage()) {
  await i18next.init({ lng: language, fallbackLng: false, resources: {}, interpolation: { escapeValue: false }, returnNull: false })
  await setLanguage(language)
}

const add = (language: Language, book: Record<string, unknown>) => { i18next.addResourceBundle(language, 'translation', book, true, true, { skipCopy: true }); if (language === i18next.language) renew() }

/** All words of the language in use are here. */
export function moreTexts(language = currentLanguage()): Promise<void> {
  const held = asked.get(language) ?? MORE[language]().then((book) => add(language, book.default))
  asked.set(language, held)
  held.catch(() => asked.delete(language))
  return held
}

export async function setLanguage(language: Language) {
  if (!i18next.hasResourceBundle(language, 'translation')) add(language, (await FIRST[language]()).default)
  if (asked.size) await moreTexts(language)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
  remember(STORE, language)
}

/** The translator of the moment: another function as soon as the language changes or words arrive, so that screens follow. */
let translate = translatorNow()
const watching = new Set<() => void>()
/** A text without figures or names is looked up once. */
function translatorNow() {
  const plain = new Map<unknown, string>()
  const t = ((...given: Parameters<TFunction>) => {
    if (given.length > 1) return i18next.t(...given)
    const found = plain.get(given[0]) ?? (i18next.t(...given) as string)
    plain.set(given[0], found)
    return found
  }) as TFunction
  return { t, language: i18next.language ?? '' }
}
function renew() {
  translate = translatorNow()
  watching.forEach((watcher) => watcher())
}
i18next.on('languageChanged', renew)

export const useTranslator = () => useSyncExternalStore((watcher) => { watching.add(watcher); return () => { watching.delete(watcher) } }, () => translate)

/** The translator of a language, whatever the reader's is. */
export const translatorOf = (language: string) => i18next.getFixedT(language)

export const currentLanguage = () => (i18next.language ?? preferredLanguage()) as Language
