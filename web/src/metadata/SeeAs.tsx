/** Looking through another person's eyes: the button that starts it, and the line on every screen that ends it. */
import { useMutation } from '@tanstack/react-query'
import { call } from '@/lib/api'
import { useTongue } from '@/lib/text'
import { Button } from '@/ui/Button'
import { Icon } from '@/ui/Icon'
import { useMe, useRight } from './session'
import { useRefused } from './undo'

/** Everything on screen belonged to the other view: begin anew. */
const anew = () => globalThis.location.assign('/')

export function SeeAsButton({ person, name, small }: { person: string; name: string; small?: boolean }) {
  const { t } = useTongue()
  const may = useRight('see_as')
  const me = useMe()
  const refused = useRefused()
  const start = useMutation({ mutationFn: () => call('post', '/api/v1/session/see-as', { body: { person } }), onSuccess: anew, onError: refused })
  if (!may || me?.person?.id === person) return null
  return <Button kind={small ? 'ghost' : 'default'} size={small ? 'small' : 'normal'} icon="person" disabled={start.isPending} aria-label={`${t('see_as.short')}：${name}`} onClick={() => start.mutate()}>{t('see_as.short')}</Button>
}

export function SeeAsBanner() {
  const { t } = useTongue()
  const me = useMe()
  const refused = useRefused()
  const stop = useMutation({ mutationFn: () => call('delete', '/api/v1/session/see-as'), onSuccess: anew, onError: refused })
  if (!me?.seen_by) return null
  return (
    <div className="xj-banner xj-banner--see-as" role="status">
      <Icon name="person" />
      <span>{t('see_as.banner', { name: me.person?.name, by: me.seen_by.name })}</span>
      <Button size="small" disabled={stop.isPending} onClick={() => stop.mutate()}>{t('see_as.end')}</Button>
    </div>
  )
}
