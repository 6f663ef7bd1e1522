/** What one can start from, each in words: who it is for, and what is on for that size of organisation. */
import { useTongue } from '@/lib/text'
import type { Size, Template } from './queries'

export function TemplateGallery({ templates, size, chosen, onChoose }: { templates: Template[]; size: Size; chosen: string | null; onChoose: (template: string | null) => void }) {
  const { t, say } = useTongue()
  const open = templates.find((template) => template.key === chosen)?.sizes.find((one) => one.key === size)
  return (
    <>
      <div className="xj-gallery" role="radiogroup" aria-label={t('sign_up.template')}>
        {templates.map((template) => (
          <label key={template.key} className={chosen === template.key ? 'xj-gallery__card xj-gallery__card--on' : 'xj-gallery__card'}>
            <input type="radio" name="template" className="xj-sr" checked={chosen === template.key} onChange={() => onChoose(template.key)} />
            <strong>{say(template.name)}</strong>
            <span className="xj-second xj-small">{say(template.summary)}</span>
          </label>
        ))}
        <label className={chosen === null ? 'xj-gallery__card xj-gallery__card--on' : 'xj-gallery__card'}>
          <input type="radio" name="template" className="xj-sr" checked={chosen === null} onChange={() => onChoose(null)} />
          <strong>{t('sign_up.empty')}</strong>
          <span className="xj-second xj-small">{t('sign_up.empty_hint')}</span>
        </label>
      </div>
      {open && (
        <dl className="xj-contains" aria-live="polite">
          <dt>{t('sign_up.contains.sources', { count: open.sources.length })}</dt><dd>{open.sources.map((name) => say(name)).join(t('errors.join'))}</dd>
          <dt>{t('sign_up.contains.dispatch', { count: open.dispatch_rows.length })}</dt><dd>{open.dispatch_rows.map((name) => say(name)).join(' → ')}</dd>
          <dt>{t('sign_up.contains.fields', { count: open.fields.length })}</dt><dd>{open.fields.map((name) => say(name)).join(t('errors.join'))}</dd>
          <dt>{t('sign_up.contains.roles')}</dt><dd>{open.roles.map((name) => say(name)).join(t('errors.join'))}</dd>
          <dt>{t('sign_up.contains.road')}</dt><dd>{open.stages.map((name) => say(name)).join(' → ')}</dd>
          <dt>{t('sign_up.contains.sample')}</dt><dd>{t('sign_up.contains.sample_text', open.sample)}</dd>
        </dl>
      )}
    </>
  )
}
