/** Copies a text and says so; where the browser refuses, it says that too. */
import { copyText } from '@/lib/share'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { showToast } from '@/ui/Toast'

export function CopyButton({ text, label }: { text: string; label: string }) {
  const { t } = useTongue()
  const copy = async () => showToast(await copyText(text) ? { kind: 'done', text: t('share.copied') } : { kind: 'error', text: t('share.copy_refused') })
  return <Button size="small" onClick={() => void copy()}>{label}</Button>
}
