/** The one file that imports antd: overlays and hard inputs, in the product's colours. Always loaded lazily. */
import { ConfigProvider, DatePicker, Drawer, Modal, Select, theme as antdTheme } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn'
import type { ReactNode } from 'react'
import { useIsPhone } from '@/lib/screen'
import { useTongue } from '@/lib/text'
import { useTheme } from '@/lib/theme'
import tokens from '../tokens.json'
import type { DateBoxProps, DialogProps, DrawerProps, SelectBoxProps } from './types'

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

export function DateBody({ value, onChange, time, id, invalid, label }: DateBoxProps) {
  const phone = useIsPhone()
  const format = time ? 'YYYY-MM-DD HH:mm' : 'YYYY-MM-DD'
  return (
    <Look>
      <DatePicker
        id={id}
        aria-label={label}
        value={value ? dayjs(value) : null}
        onChange={(next) => onChange(next ? next.format(time ? 'YYYY-MM-DDTHH:mm' : 'YYYY-MM-DD') : '')}
        showTime={time ? { format: 'HH:mm', minuteStep: 5 } : false}
        format={format}
        status={invalid ? 'error' : undefined}
        size={phone ? 'large' : 'middle'}
        style={{ width: '100%' }}
      />
    </Look>
  )
}
