/** What a pack wrote as the note of what it brought: "lilan/0.1.0" is the pack and its version. */
import type { TFunction } from 'i18next'

const PACK = /^([a-z0-9_-]+)\/(\d+(?:\.\d+)+)$/

export function packWords(note: string, t: TFunction): string {
  const pack = PACK.exec(note)
  return pack ? t('audit.from_pack', { pack: t(`audit.pack.${pack[1]}`, { defaultValue: pack[1] }), version: pack[2] }) : note
}
