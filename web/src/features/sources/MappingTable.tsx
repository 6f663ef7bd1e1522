/** Which part of a delivery becomes which field of the lead; what else a mapping says of a field is shown and kept. */
import { useState } from 'react'
import type { Problem } from '@/api/types'
import { problemText } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { problemsAt } from '@/metadata/editing'
import { useSchema } from '@/metadata/schema'
import { Button } from '@/ui/Button'
import { mapTo, specPath } from './payload'

interface MappingTableProps { mapping: Record<string, unknown>; problems: Problem[]; readOnly: boolean; onChange: (next: Record<string, unknown>) => void }

const EXTRAS = ['map', 'split', 'join', 'by', 'unit', 'default', 'const', 'on_error'] as const

export function MappingTable({ mapping, problems, readOnly, onChange }: MappingTableProps) {
  const { t, tongue, say } = useTongue()
  const { data: schema } = useSchema()
  const [adding, setAdding] = useState('')
  const fields = schema?.objects.find((each) => each.key === 'lead')?.fields.filter((field) => !field.server_owned && !['formula', 'rollup', 'file', 'relation'].includes(field.kind)) ?? []
  const label = (key: string) => say(fields.find((field) => field.key === key)?.name, key)
  const rest = fields.filter((field) => !(field.key in mapping))
  const spec = (key: string) => (mapping[key] && typeof mapping[key] === 'object' ? (mapping[key] as Record<string, unknown>) : {})
  return (
    <div className="xj-stack-8">
      <div className="xj-scroll-x">
        <table className="xj-table xj-mapping">
          <thead><tr><th scope="col">{t('source.field')}</th><th scope="col">{t('source.path')}</th><th scope="col">{t('source.required')}</th><th scope="col">{t('source.more')}</th><th /></tr></thead>
          <tbody>
            {Object.keys(mapping).map((key) => {
              const wrong = problemsAt(problems, `mapping.${key}`)
              return (
                <tr key={key} data-path={`mapping.${key}`}>
                  <th scope="row">{label(key)}</th>
                  <td><input className="xj-input xj-code" aria-label={t('source.path_of', { name: label(key) })} aria-invalid={wrong.length > 0 || undefined} readOnly={readOnly} value={specPath(mapping[key])} onChange={(event) => onChange(mapTo(mapping, key, event.target.value))} />{wrong.map((problem, at) => <span key={at} className="xj-field__error" role="alert">{problemText(problem, t, tongue)}</span>)}</td>
                  <td data-word={t('source.required')}><input type="checkbox" aria-label={t('source.required_of', { name: label(key) })} disabled={readOnly} checked={spec(key).required === true} onChange={(event) => { const { required: _old, ...others } = spec(key); const path = specPath(mapping[key]); onChange({ ...mapping, [key]: event.target.checked ? { ...others, path, required: true } : Object.keys(others).some((name) => name !== 'path') ? { ...others, path } : path }) }} /></td>
                  <td className="xj-small xj-second">{EXTRAS.filter((name) => name in spec(key)).map((name) => `${name}: ${JSON.stringify(spec(key)[name])}`).join(' · ')}</td>
                  <td>{!readOnly && <Button size="small" kind="ghost" icon="cross" aria-label={t('source.unmap', { name: label(key) })} onClick={() => { const { [key]: _old, ...others } = mapping; onChange(others) }} />}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
      {!Object.keys(mapping).length && <p className="xj-muted">{t('source.usual_mapping')}</p>}
      {!readOnly && (
        <div className="xj-line">
          <select className="xj-input" style={{ width: 220 }} aria-label={t('source.add_field')} value={adding} onChange={(event) => { setAdding(''); if (event.target.value) onChange({ ...mapping, [event.target.value]: `$.${event.target.value}` }) }}>
            <option value="">{t('source.add_field')}</option>{rest.map((field) => <option key={field.key} value={field.key}>{label(field.key)}</option>)}
          </select>
        </div>
      )}
    </div>
  )
}
