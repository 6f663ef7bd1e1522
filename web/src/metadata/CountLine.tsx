/** "12 条线索", "1,000+ 条线索": a count that says when it was capped. */
import { useTongue } from '@/lib/text'

export function CountLine({ count, capped, one, pending }: { count: number | null; capped: boolean; one: string; pending?: boolean }) {
  const { t } = useTongue()
  if (pending || count === null) return <>{t(`${one}_plain`)}</>
  return <>{t(one, { count, shown: `${count.toLocaleString('en-US')}${capped ? '+' : ''}` })}</>
}
