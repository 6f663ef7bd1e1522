/** The records opened last, newest first, as this browser remembers them for a workspace. */
import { recall, remember } from './store'

export interface Recent { path: string; title: string }
const MOST = 8
const key = (workspace: string) => `xingji.recent.${workspace}`

export function recentOf(workspace: string): Recent[] {
  try {
    const held: unknown = JSON.parse(recall(key(workspace)) ?? '[]')
    return Array.isArray(held) ? held.filter((each): each is Recent => typeof each?.path === 'string' && typeof each?.title === 'string').slice(0, MOST) : []
  } catch { return [] }
}

export function addRecent(workspace: string, item: Recent) {
  remember(key(workspace), JSON.stringify([item, ...recentOf(workspace).filter((each) => each.path !== item.path)].slice(0, MOST)))
}
