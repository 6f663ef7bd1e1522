/** Today's focus customers: why each, what is new, and confirm, swap or skip. */
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useDraft } from '@/lib/drafts'
import { errorText, tooLong } from '@/lib/errors'
import { useTongue } from '@/lib/text'
import { moment } from '@/lib/time'
import { QueryState } from '@/metadata/QueryState'
import { useDone, useRefused } from '@/metadata/undo'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { Empty } from '@/ui/Empty'
import { Field } from '@/ui/Field'
import { Menu, MenuItem } from '@/ui/Menu'
import { Status } from '@/ui/Status'
import { useDecideFocus, useFocus, LONGEST, type FocusRow, type News } from './queries'
import './daily.css'

export function FocusCard() {
  const { t } = useTongue()
  const query = useFocus(true)
  const rows = query.data?.rows ?? []
  return (
    <Card flush title={t('focus.title', { count: rows.length || 3 })} aside={rows.length > 0 ? <span>{t('focus.confirmed_count', { done: rows.filter((row) => row.status === 'confirmed').length, count: rows.length })}</span> : undefined}>
      {!query.data ? <QueryState query={query} rows={3} /> : rows.length === 0 ? <Empty icon="building" title={t('focus.none')}>{t('focus.none_help')}</Empty> : <ul>{rows.map((row) => <FocusItem key={row.id} row={row} spares={query.data.spares} />)}</ul>}
    </Card>
  )
}

function FocusItem({ row, spares }: { row: FocusRow; spares: number }) {
  const { t, tongue } = useTongue()
  const decide = useDecideFocus()
  const done = useDone()
  const refused = useRefused()
  const typed = useDraft(`focus_skip.${row.id}`, '')
  const [skipping, setSkipping] = useState(typed.restored)
  const put = (action: 'confirm' | 'swap' | 'skip' | 'reopen', why?: string) => decide.mutate({ id: row.id, action, ...(why ? { reason: why } : {}) }, { onSuccess: () => { done(t(`focus.done.${action}`)); setSkipping(false); typed.drop() }, onError: (error) => { if (action !== 'skip') refused(error) } })
  const long = tooLong(typed.value, LONGEST, t)
  const wrong = long ?? (decide.error && decide.variables?.action === 'skip' ? errorText(decide.error, t, tongue) : undefined)
  const news = row.news[0]
  const open = () => decide.mutate({ id: row.id, action: 'looked' })
  return (
    <li className="xj-focus" data-focus={row.record}>
      <div className="xj-line-nowrap">
        {row.object === 'lead' ? <Link to="/leads/$id" params={{ id: row.record }} onClick={open} className="xj-grow xj-ellipsis xj-focus__name">{row.title}</Link> : <Link to="/records/$object/$id" params={{ object: row.object, id: row.record }} onClick={open} className="xj-grow xj-ellipsis xj-focus__name">{row.title}</Link>}
        {row.status === 'confirmed' ? <Status kind="done">{t('focus.confirmed')}</Status> : <Button size="small" disabled={decide.isPending} onClick={() => put('confirm')}>{t('focus.confirm')}</Button>}
        <Menu label={t('common.more')} trigger={(props) => <Button size="small" kind="ghost" icon="more" aria-label={t('focus.more', { title: row.title })} {...props} />}>
          {(close) => (
            <>
              {row.status === 'confirmed' && <MenuItem onSelect={() => { close(); put('reopen') }}>{t('focus.reopen')}</MenuItem>}
              {spares > 0 && <MenuItem onSelect={() => { close(); put('swap') }}>{t('focus.swap', { count: spares })}</MenuItem>}
              <MenuItem onSelect={() => { close(); setSkipping(true) }}>{t('focus.skip')}</MenuItem>
            </>
          )}
        </Menu>
      </div>
      <ul className="xj-focus__why">{row.reasons.slice(0, 2).map((each) => <li key={each.code}>{tongue === 'en' ? each.en : each.zh}</li>)}</ul>
      <p className="xj-small xj-second">{news ? <>{t('focus.new', { count: row.news_count })} {newsWords(news, t)} <time className="xj-muted" dateTime={news.occurred_at}>{moment(news.occurred_at, tongue)}</time></> : <span className="xj-muted">{t('focus.nothing_new', { at: moment(row.since, tongue) })}</span>}</p>
      {skipping && (
        <form className="xj-line-nowrap" onSubmit={(event) => { event.preventDefault(); if (typed.value.trim() && !long) put('skip', typed.value.trim()) }}>
          <Field quiet label={t('focus.skip_reason')} error={wrong}>{(control) => <input {...control} className="xj-input" autoFocus placeholder={t('focus.skip_reason')} value={typed.value} onChange={(event) => typed.set(event.target.value)} />}</Field>
          <Button type="submit" reason={typed.value.trim() ? long : t('focus.reason_missing')}>{t('focus.skip_do')}</Button>
          <Button kind="ghost" icon="cross" aria-label={t('common.cancel')} onClick={() => { setSkipping(false); typed.set(''); typed.drop() }} />
        </form>
      )}
    </li>
  )
}

/** One event as the shortest sentence. */
function newsWords(news: News, t: ReturnType<typeof useTongue>['t']): string {
  if (news.type === 'page.viewed') return t('focus.news.page', { title: news.title ?? '' })
  if (news.type.startsWith('touch.') && news.type !== 'touch.note') return t(news.direction === 'in' ? 'focus.news.in' : news.answered ? 'focus.news.answered' : 'focus.news.out', { kind: t(`focus.kind.${news.kind ?? 'message'}`, { defaultValue: '' }) })
  return t(`focus.news.${news.type.replace(/\./g, '_')}`, { defaultValue: t('focus.news.other') })
}
