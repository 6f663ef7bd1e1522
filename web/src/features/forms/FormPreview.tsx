/** A form as people will see it, at the width of a phone and of a desk, with its rules live on what is typed here. */
import { useMemo, useState } from 'react'
import type { FormDefinition } from '@/api/types'
import { useTongue } from '@/lib/text'
import type { PreviewProps } from '@/metadata/editing'
import { FormFields } from '@/metadata/forms/FormFields'
import { shownSections, useFormStates } from '@/metadata/forms/formState'
import { useObject } from '@/metadata/schema'
import { Tabs } from '@/ui/Tabs'
import { layoutOf } from './layout'
import './forms.css'

export default function FormPreview({ document }: PreviewProps) {
  const { t } = useTongue()
  const object = String(document.object ?? '')
  const { meta } = useObject(object)
  const [width, setWidth] = useState<'390' | '1440'>('390')
  const [values, setValues] = useState<Record<string, unknown>>({})
  const layout = useMemo(() => layoutOf(document), [document])
  const draft = useMemo(() => ({ object, layout }), [object, layout])
  const states = useFormStates(object, Boolean(meta), values, undefined, draft as unknown as Record<string, unknown>)
  if (!meta) return null
  const form: FormDefinition = { key: '', name: {}, live: true, layout: layout.map((section) => ({ ...section, fields: section.fields.map(({ field, help, width: wide }) => ({ field, ...(help ? { help } : {}), ...(wide ? { width: wide } : {}) })) })) }
  return (
    <div className="xj-stack-8">
      <Tabs label={t('designer.preview_width')} value={width} onChange={setWidth} tabs={[{ key: '390', label: t('designer.phone') }, { key: '1440', label: t('designer.desk') }]} />
      <div className={`xj-forms__preview xj-preview--${width}`} role="group" aria-label={t('designer.preview')}>
        <div className="xj-form"><FormFields sections={shownSections(form, meta, states)} values={values} problems={{}} narrow={width === '390'} onChange={(key, value) => setValues((all) => ({ ...all, [key]: value }))} /></div>
      </div>
    </div>
  )
}
