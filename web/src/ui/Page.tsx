/** A page: tells the shell its title, and lays out its content. */
import { createContext, useContext, useEffect, type ReactNode } from 'react'

export interface PageTitle { title: string; back?: string | undefined; subject?: string | undefined }
export const PageTitleContext = createContext<(title: PageTitle) => void>(() => undefined)

/** `title` stands in the header; `subject` is what the page is about, for the window's title. */
export function Page({ title, subject, back, fill, children }: { title: string; subject?: string; back?: string; fill?: boolean; children: ReactNode }) {
  const tell = useContext(PageTitleContext)
  useEffect(() => { tell({ title, back, subject }) }, [tell, title, back, subject])
  return <div className={fill ? 'xj-page xj-page--fill' : 'xj-page'}>{children}</div>
}
