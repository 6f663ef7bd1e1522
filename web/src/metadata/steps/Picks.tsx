/** Several of a known list as chips; what is not in the list but in the document stays. */
import { useTongue } from '@/lib/text'

interface Group { label: string; options: [string, string][] }
interface PicksProps { chosen: string[]; groups: Group[]; label: string; path: string; readOnly: boolean; name: (key: string) => string; onChange: (keys: string[]) => void; one?: boolean }

export function Picks({ chosen, groups, label, path, readOnly, name, onChange, one }: PicksProps) {
  const { t } = useTongue()
  return (
    <div className="xj-line xj-picks" role="group" aria-label={label} data-path={path}>
      {chosen.map((key, at) => <span key={`${key}.${at}`} className="xj-chip"><span className="xj-chip__text">{name(key) || key}</span>{!readOnly && <button type="button" className="xj-chip__close" aria-label={t('objects.take_out', { name: name(key) || key })} onClick={() => onChange(chosen.filter((_, place) => place !== at))}>×</button>}</span>)}
      {!readOnly && (
        <select className="xj-input xj-pick" aria-label={t('rules.add_to', { label })} value="" onChange={(event) => { if (event.target.value) onChange(one ? [event.target.value] : [...chosen, event.target.value]) }}>
          <option value="">{t(one && chosen.length ? 'rules.change' : 'rules.choose')}</option>
          {groups.map((group) => { const left = group.options.filter(([key]) => !chosen.includes(key)); return left.length ? <optgroup key={group.label} label={group.label}>{left.map(([key, text]) => <option key={key} value={key}>{text}</option>)}</optgroup> : null })}
        </select>
      )}
    </div>
  )
}
