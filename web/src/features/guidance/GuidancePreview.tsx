/** The checklist as people will meet it. */
import type { Text } from '@/api/types'
import { useTongue } from '@/lib/text'
import type { PreviewProps } from '@/metadata/editing'
import type { Item } from './GuidanceEditor'

export default function GuidancePreview({ document }: PreviewProps) {
  const { t, say } = useTongue()
  const items = Array.isArray(document.items) ? (document.items as Item[]) : []
  return (
    <section className="xj-card xj-stack-8" style={{ padding: 16 }} aria-label={t('guide.preview')}>
      <h3>{say((document.title ?? document.name) as Text) || t('guidance.title')}</h3>
      {Boolean(document.text) && <p className="xj-pre">{say(document.text as Text)}</p>}
      {items.map((item, at) => <label key={item.key ?? at} className="xj-check"><input type="checkbox" /><span>{say(item.text) || '…'}{item.required && <span className="xj-req" aria-hidden="true"> *</span>}</span></label>)}
    </section>
  )
}
