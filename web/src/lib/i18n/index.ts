/** Language of the interface: loads one language, remembers the choice, tells the document. */
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import 'dayjs/locale/zh-cn'
import dayjs from 'dayjs'
import { recall, remember } from '../store'

export const LANGUAGES = ['zh-CN', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

const STORE = 'xingji.language'
const LOAD: Record<Language, () => Promise<{ default: Record<string, unknown> }>> = {
  'zh-CN': () => import('./zh-CN'),
  en: () => import('./en'),
}

/** The remembered language, else the browser's, else Chinese. */
export function preferredLanguage(): Language {
  const stored = recall(STORE)
  if (LANGUAGES.includes(stored as Language)) return stored as Language
  return navigator.language?.toLowerCase().startsWith('en') ? 'en' : 'zh-CN'
}

export async function startI18n(language: Language = preferredLanguage()) {
  await i18next.use(initReactI18next).init({ lng: language, fallbackLng: false, resources: {}, interpolation: { escapeValue: false }, returnNull: false })
  await setLanguage(language)
}

export async function setLanguage(language: Language) {
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', (await LOAD[language]()).default)
  }
  await i18next.changeLanguage(language)
  dayjs.locale(language === 'en' ? 'en' : 'zh-cn')
  document.documentElement.lang = language
  remember(STORE, language)
}

export const currentLanguage = () => i18next.language as Language
