/** A page: tells the shell its title, and lays out its content. */
import { createContext, useContext, useEffect, type ReactNode } from 'react'

export interface PageTitle { title: string; back?: string | undefined }
export const PageTitleContext = createContext<(title: PageTitle) => void>(() => undefined)

export function Page({ title, back, fill, children }: { title: string; back?: string; fill?: boolean; children: ReactNode }) {
  const tell = useContext(PageTitleContext)
  useEffect(() => { tell({ title, back }) }, [tell, title, back])
  return <div className={fill ? 'xj-page xj-page--fill' : 'xj-page'}>{children}</div>
}
