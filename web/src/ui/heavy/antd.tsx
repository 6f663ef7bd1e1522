/** The one file that imports antd: overlays and hard inputs, in the product's colours. Always loaded lazily. */
import { ConfigProvider, DatePicker, Drawer, Modal, Select, theme as antdTheme } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn'
import customParseFormat from 'dayjs/plugin/customParseFormat'
import { useState, type ReactNode } from 'react'
import { useIsPhone } from '@/lib/screen'
import { useTongue } from '@/lib/text'
import { useTheme } from '@/lib/theme'
import { Icon } from '../Icon'
import tokens from '../tokens.json'
import { DAYS } from './days'
import type { DateBoxProps, DialogProps, DrawerProps, SelectBoxProps } from './types'

dayjs.extend(customParseFormat)

function Look({ children }: { children: ReactNode }) {
  const [, mode] = useTheme()
  const { tongue } = useTongue()
  const dark = mode === 'dark'
  dayjs.locale(tongue === 'en' ? 'en' : 'zh-cn')
  const look = dark
    ? { algorithm: antdTheme.darkAlgorithm, token: { ...tokens.light.token, ...tokens.dark.token, colorTextBase: undefined, motion: false } }
    : { token: { ...tokens.light.token, motion: false }, components: tokens.light.components }
  return <ConfigProvider theme={look as never} locale={tongue === 'en' ? enUS : zhCN}>{children}</ConfigProvider>
}

export function DialogBody({ title, open, onClose, children, footer, width = 520 }: DialogProps) {
  const phone = useIsPhone()
  return (
    <Look>
      <Modal title={title} open={open} onCancel={onClose} footer={footer ?? null} width={phone ? '100%' : width} destroyOnHidden centered={!phone} focusTriggerAfterClose>
        {children}
      </Modal>
    </Look>
  )
}

export function DrawerBody({ title, open, onClose, children, width = 520 }: DrawerProps) {
  const phone = useIsPhone()
  return (
    <Look>
      <Drawer title={title} open={open} onClose={onClose} size={phone ? '100%' : width} destroyOnHidden>
        {children}
      </Drawer>
    </Look>
  )
}

export function SelectBody({ value, options, onChange, multiple, placeholder, onSearch, free, invalid, id, label }: SelectBoxProps) {
  const phone = useIsPhone()
  return (
    <Look>
      <Select
        id={id}
        aria-label={label}
        mode={free ? 'tags' : multiple ? 'multiple' : undefined}
        value={value === null || value === '' ? undefined : (value as never)}
        options={options}
        onChange={(next: unknown) => onChange((next ?? null) as string | string[] | null)}
        placeholder={placeholder}
        allowClear
        showSearch={onSearch ? { filterOption: false, onSearch } : { optionFilterProp: 'label' }}
        status={invalid ? 'error' : undefined}
        size={phone ? 'large' : 'middle'}
        style={{ width: '100%' }}
      />
    </Look>
  )
}

export function DateBody({ value, onChange, onUnreadable, time, id, invalid, label }: DateBoxProps) {
  const phone = useIsPhone()
  const { t } = useTongue()
  const shape = time ? 'YYYY-MM-DD HH:mm' : 'YYYY-MM-DD'
  const shapes = time ? DAYS.map((day) => `${day} HH:mm`) : DAYS
  const read = (typed: string) => dayjs(typed.trim(), shapes, true)
  const write = (day: dayjs.Dayjs) => day.format(time ? 'YYYY-MM-DDTHH:mm' : 'YYYY-MM-DD')
  const known = !value || dayjs(value).isValid()
  const [typed, setTyped] = useState<string | null>(null)
  const wrong = typed ?? (known ? null : value)
  // What cannot be read as a day stays as it was typed, with the reason, until it can.
  const take = (next: string) => {
    const day = read(next)
    if (!next.trim() || day.isValid()) { setTyped(null); onChange(next.trim() ? write(day) : '') }
    else { setTyped(next); onUnreadable?.(next) }
  }
  if (wrong !== null) return (
    <>
      <input id={id} className="xj-input" aria-label={label} aria-invalid="true" defaultValue={wrong} onBlur={(event) => take(event.target.value)} onKeyDown={(event) => { if (event.key === 'Enter') { event.preventDefault(); event.stopPropagation(); take(event.currentTarget.value) } }} />
      {!invalid && <div className="xj-field__error" role="alert"><Icon name="alert" />{t('date_box.wrong', { typed: wrong, example: dayjs().format(shape) })}</div>}
    </>
  )
  return (
    <Look>
      <DatePicker
        id={id}
        aria-label={label}
        value={value ? dayjs(value) : null}
        onChange={(next) => onChange(next ? write(next) : '')}
        showTime={time ? { format: 'HH:mm', minuteStep: 5 } : false}
        format={shapes}
        onBlur={(event) => { const text = (event.target as HTMLInputElement).value; if (text && !read(text).isValid()) take(text) }}
        status={invalid ? 'error' : undefined}
        size={phone ? 'large' : 'middle'}
        style={{ width: '100%' }}
      />
    </Look>
  )
}
