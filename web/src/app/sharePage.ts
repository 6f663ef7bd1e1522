/** The page as it stands, filter and all, goes to a colleague; what they may see of it their own rights decide. */
import { currentLanguage, moreTexts, translatorOf } from '@/lib/i18n'
import { shareLink } from '@/lib/share'
import { showToast } from '@/ui/Toast'

export async function sharePage() {
  await moreTexts()
  const t = translatorOf(currentLanguage())
  const done = await shareLink(document.title, location.href)
  if (done === 'copied') showToast({ kind: 'done', text: t('share.link_copied') })
  if (done === 'refused') showToast({ kind: 'error', text: t('share.copy_refused') })
}
