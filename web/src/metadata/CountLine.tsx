/** "12 条线索", "1,000+ 条线索": a count that says when it was capped. */
import { useTongue } from '@/lib/text'

export function CountLine({ count, capped, one, name, pending }: { count: number | null; capped: boolean; one: string; name?: string; pending?: boolean }) {
  const { t } = useTongue()
  if (pending || count === null) return <>{t(`${one}_plain`, { name })}</>
  return <>{t(one, { name, count, shown: `${count.toLocaleString('en-US')}${capped ? '+' : ''}` })}</>
}
