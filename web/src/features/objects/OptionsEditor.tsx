/** The options of a choice: names, colours, order; the key comes from the name and stays. */
import { useTongue } from '@/lib/text'
import { moved, setAt, takeOut } from '@/metadata/editing'
import { Button } from '@/ui/Button'
import { Reorder } from '@/ui/Reorder'
import { keysFor } from './queries'
import { TONES } from './kinds'

interface Option { key: string; name?: { zh?: string; en?: string }; tone?: string }
interface OptionsProps { options: Option[]; path: string; readOnly: boolean; onChange: (options: Option[]) => void; onAmend: (how: (options: Option[]) => Option[]) => void }

export function OptionsEditor({ options, path, readOnly, onChange, onAmend }: OptionsProps) {
  const { t, say } = useTongue()
  const add = async (names: string[]) => {
    const keys = await keysFor(names, options.map((option) => option.key))
    onAmend((now) => [...now, ...names.map((name, at) => ({ key: keys[at]!, name: { zh: name, en: name }, tone: TONES[(now.length + at) % TONES.length]! }))])
  }
  return (
    <div className="xj-stack-8" data-path={`${path}.options`}>
      <Reorder items={options} label={t('objects.options')} keyOf={(option, at) => `${option.key}.${at}`} handleLabel={(option) => t('objects.move', { name: say(option.name, option.key) })} locked={readOnly} onMove={(from, to) => onChange(moved(options, from, to))} row={(option, at, handle) => (
        <div className="xj-line-nowrap xj-option" data-path={`${path}.options.${at}`}>
          {handle}
          <span className={`xj-status xj-status--${option.tone ?? 'idle'} xj-option__tone`} aria-hidden="true" />
          <input className="xj-input" aria-label={t('objects.option_name')} readOnly={readOnly} value={option.name?.zh ?? ''} onChange={(event) => onChange(setAt(options, [at, 'name'], { ...option.name, zh: event.target.value, ...(option.name?.en === option.name?.zh ? { en: event.target.value } : {}) }))} />
          <select className="xj-input xj-pick" aria-label={t('objects.tone')} disabled={readOnly} value={option.tone ?? 'idle'} onChange={(event) => onChange(setAt(options, [at, 'tone'], event.target.value))}>{TONES.map((tone) => <option key={tone} value={tone}>{t(`studio.value.${tone}`)}</option>)}</select>
          {!readOnly && <Button kind="ghost" size="small" icon="cross" aria-label={t('objects.remove_option', { name: say(option.name, option.key) })} onClick={() => onChange(takeOut(options, at))} />}
        </div>
      )} />
      {!readOnly && <form className="xj-line-nowrap" onSubmit={(event) => {
        event.preventDefault()
        const box = event.currentTarget.elements.namedItem('name') as HTMLTextAreaElement
        const names = box.value.split(/[\n、,，;；]/).map((each) => each.trim()).filter(Boolean)
        if (names.length) void add(names)
        box.value = ''
      }}><input name="name" className="xj-input" aria-label={t('objects.add_option')} placeholder={t('objects.add_options_hint')} /><Button type="submit" icon="plus">{t('objects.add_option')}</Button></form>}
    </div>
  )
}
