/** The heat map as a table of buttons; hours across on the desk, down on the phone. */
import type { HeatCell, HeatMap } from '@/api/types'
import { useIsPhone } from '@/lib/screen'
import { useTongue } from '@/lib/text'
import { byKey, cellKey, cellText, figure, greatest, step, type Measure } from './steps'
import './heat.css'

export interface Spot { channel: string; hour: number }
interface HeatTableProps { map: HeatMap; measure: Measure; spot: Spot | null; onSpot: (spot: Spot) => void }

const HOURS = Array.from({ length: 24 }, (_, hour) => hour)

export function HeatTable(props: HeatTableProps) {
  const phone = useIsPhone()
  return phone ? <Tall {...props} /> : <Wide {...props} />
}

export function useChannelName() {
  const { t, say } = useTongue()
  return (map: HeatMap | undefined, key: string) => (key === '' ? t('heat.no_channel') : say(map?.channels.find((each) => each.key === key)?.name, key))
}

function Wide(props: HeatTableProps) {
  const { map, measure } = props
  const { t } = useTongue()
  const name = useChannelName()
  const cells = byKey(map)
  const most = greatest(map, measure)
  const counted = measure === 'inflow'
  const sum = (pick: (cell: HeatCell) => boolean) => map.cells.filter(pick).reduce((all, cell) => all + cell.n, 0)
  return (
    <div className="xj-heat-wrap">
      <table className="xj-heat">
        <caption className="xj-sr">{t('heat.caption', { measure: t(`heat.measure.${measure}`) })}</caption>
        <thead><tr><td style={{ width: 104, height: 'auto' }} />{HOURS.map((hour) => <th key={hour} scope="col" data-working={map.working_hours.includes(hour)}>{hour}</th>)}{counted && <th scope="col" style={{ width: 48 }}>{t('heat.total')}</th>}</tr></thead>
        <tbody>
          {map.channels.map(({ key }) => (
            <tr key={key}>
              <th scope="row" title={name(map, key)}>{name(map, key)}</th>
              {HOURS.map((hour) => <td key={hour}><Cell {...props} channel={key} hour={hour} cell={cells.get(cellKey(key, hour))} most={most} /></td>)}
              {counted && <td className="xj-heat__total">{sum((cell) => cell.channel === key)}</td>}
            </tr>
          ))}
        </tbody>
        {counted && <tfoot><tr><th scope="row">{t('heat.total')}</th>{HOURS.map((hour) => <td key={hour} className="xj-heat__total">{sum((cell) => cell.hour === hour) || ''}</td>)}<td className="xj-heat__total">{sum(() => true)}</td></tr></tfoot>}
      </table>
    </div>
  )
}

function Tall(props: HeatTableProps) {
  const { map, measure } = props
  const { t } = useTongue()
  const name = useChannelName()
  const cells = byKey(map)
  const most = greatest(map, measure)
  const used = HOURS.filter((hour) => map.working_hours.includes(hour) || map.cells.some((cell) => cell.hour === hour && cell.n > 0))
  return (
    <div className="xj-heat-wrap xj-scroll-x" tabIndex={0} role="region" aria-label={t('heat.title')}>
      <table className="xj-heat" style={{ minWidth: 60 + map.channels.length * 56 }}>
        <caption className="xj-sr">{t('heat.caption', { measure: t(`heat.measure.${measure}`) })}</caption>
        <thead><tr><td style={{ width: 52, height: 'auto' }} />{map.channels.map(({ key }) => <th key={key} scope="col" title={name(map, key)} className="xj-heat__column">{name(map, key)}</th>)}</tr></thead>
        <tbody>
          {used.map((hour) => (
            <tr key={hour}>
              <th scope="row" data-working={map.working_hours.includes(hour)}>{t('heat.hour', { hour })}</th>
              {map.channels.map(({ key }) => <td key={key}><Cell {...props} channel={key} hour={hour} cell={cells.get(cellKey(key, hour))} most={most} /></td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Cell({ map, measure, spot, onSpot, channel, hour, cell, most }: HeatTableProps & { channel: string; hour: number; cell: HeatCell | undefined; most: number }) {
  const { t } = useTongue()
  const name = useChannelName()
  const value = figure(cell, measure)
  if (value === null) return <span className="xj-heat__none"><span className="xj-sr">{t('heat.none')}</span></span>
  const text = cellText(value, measure)
  const label = t('heat.cell', { channel: name(map, channel), hour, value: measure === 'follow_24h' || measure === 'conv_72h' ? `${text}%` : text, count: cell?.overdue ?? 0 })
  return (
    <button type="button" className={`xj-heat__cell xj-heat__s${step(value, most, measure)}`} aria-pressed={spot?.channel === channel && spot.hour === hour} aria-label={label} onClick={() => onSpot({ channel, hour })}>
      {text}
      {(cell?.overdue ?? 0) > 0 && <span className="xj-count" aria-hidden="true">{cell?.overdue}</span>}
    </button>
  )
}

export function Legend() {
  const { t } = useTongue()
  return (
    <span className="xj-legend" aria-hidden="true">
      {t('heat.less')}<span>{[1, 2, 3, 4, 5, 6, 7].map((at) => <i key={at} className={`xj-heat__s${at}`} />)}</span>{t('heat.more')}
      <span className="xj-heat__none" />{t('heat.none')}<span className="xj-count">2</span>{t('clock.overdue')}
    </span>
  )
}
