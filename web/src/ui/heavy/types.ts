/** Props of the lazily loaded parts, importable without loading them. */
import type { ReactNode } from 'react'

export interface DialogProps { title: ReactNode; open: boolean; onClose: () => void; children: ReactNode; footer?: ReactNode; width?: number }
export interface DrawerProps { title: ReactNode; open: boolean; onClose: () => void; children: ReactNode; width?: number }
export interface SelectBoxProps {
  value: string | string[] | null
  options: { value: string; label: string }[]
  onChange: (value: string | string[] | null) => void
  multiple?: boolean
  /** Values that are not among the options may be typed. */
  free?: boolean
  placeholder?: string
  onSearch?: (text: string) => void
  invalid?: boolean
  /** What is chosen, to be read only. */
  readOnly?: boolean | undefined
  id?: string
  label?: string
}
export interface DateBoxProps { value: string; onChange: (value: string) => void; /** Something was typed that is no day. */ onUnreadable?: (typed: string) => void; time?: boolean; id?: string; invalid?: boolean; label?: string }
