/** The heat map's arithmetic: figures per cell, seven equal steps, totals, and the one finding worth a sentence. */
import type { HeatCell, HeatMap } from '@/api/types'

export type Measure = 'inflow' | 'first_response' | 'follow_24h' | 'conv_72h'
export const MEASURES: Measure[] = ['inflow', 'first_response', 'follow_24h', 'conv_72h']
export const STEPS = 7

/** A cell's figure for a measure; null where there is nothing to show. */
export function figure(cell: HeatCell | undefined, measure: Measure): number | null {
  if (!cell || cell.n === 0) return null
  if (measure === 'inflow') return cell.n
  const value = measure === 'first_response' ? cell.first_response_median_min : cell[measure]
  return value ?? null
}

/** Seven equal steps from the least possible figure to the greatest: 1 is lightest, 7 darkest. */
export function step(value: number, most: number, measure: Measure): number {
  const least = measure === 'inflow' ? 1 : 0
  if (most <= least) return 1
  const share = (value - least) / (most - least)
  return Math.min(STEPS, Math.max(1, Math.floor(share * STEPS) + 1))
}

export const cellKey = (channel: string, hour: number) => `${channel}\u0000${hour}`

export function byKey(map: HeatMap): Map<string, HeatCell> {
  return new Map(map.cells.map((cell) => [cellKey(cell.channel ?? '', cell.hour), cell]))
}

export const greatest = (map: HeatMap, measure: Measure) => map.cells.reduce((most, cell) => Math.max(most, figure(cell, measure) ?? 0), 0)

/** How the figure reads inside its cell. */
export function cellText(value: number, measure: Measure): string {
  if (measure === 'inflow') return String(value)
  if (measure === 'first_response') return value >= 100 ? `${Math.round(value / 60)}h` : String(Math.round(value))
  return `${Math.round(value * 100)}`
}

export interface Finding { channel: string; from: number; to: number; leads: number; overdue: number; share: number }

/** The two neighbouring hours of one channel that hold most of the overdue leads; nothing below three or a fifth. */
export function finding(map: HeatMap): Finding | null {
  const all = map.cells.reduce((sum, cell) => sum + (cell.overdue ?? 0), 0)
  if (!all) return null
  const cells = byKey(map)
  let best: Finding | null = null
  for (const channel of map.channels) {
    for (let hour = 0; hour < 23; hour++) {
      const pair = [cells.get(cellKey(channel.key, hour)), cells.get(cellKey(channel.key, hour + 1))]
      const overdue = pair.reduce((sum, cell) => sum + (cell?.overdue ?? 0), 0)
      if (!best || overdue > best.overdue) best = { channel: channel.key, from: hour, to: hour + 2, leads: pair.reduce((sum, cell) => sum + (cell?.n ?? 0), 0), overdue, share: overdue / all }
    }
  }
  return best && best.overdue >= 3 && best.share >= 0.2 ? best : null
}
