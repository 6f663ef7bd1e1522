/** What the user may choose for the interface. */
import type { ThemeChoice } from './theme'

export const LANGUAGE_NAMES = [['zh-CN', '简体中文'], ['en', 'English']] as const
export const THEMES: ThemeChoice[] = ['system', 'light', 'dark']
