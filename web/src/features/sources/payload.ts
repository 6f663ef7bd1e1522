/** A delivery as a tree of values with their paths, in the words of a source's mapping. Pure. */

export interface Branch { path: string; name: string; value: unknown; children: Branch[] | null }
const PLAIN = /^[A-Za-z_\u4e00-\u9fff][\w\u4e00-\u9fff-]*$/

/** The decoded payload: JSON, else form fields; null when it is neither. */
export function readPayload(text: string | null): unknown {
  if (!text) return null
  try {
    return JSON.parse(text)
  } catch {
    if (!/^[^=&\s]+=[^&]*(&[^=&]+=[^&]*)*$/.test(text.trim())) return null
    return Object.fromEntries(new URLSearchParams(text.trim()))
  }
}

const step = (name: string) => (PLAIN.test(name) ? `.${name}` : name.includes("'") ? `["${name}"]` : `['${name}']`)

export function branchOf(value: unknown, path = '$', name = '$', depth = 0): Branch {
  const children = depth > 8 ? null
    : Array.isArray(value) ? value.slice(0, 50).map((each, at) => branchOf(each, `${path}[${at}]`, String(at), depth + 1))
    : value && typeof value === 'object' ? Object.entries(value).map(([key, each]) => branchOf(each, `${path}${step(key)}`, key, depth + 1)) : null
  return { path, name, value, children }
}

export const specPath = (spec: unknown): string => (typeof spec === 'string' ? spec : spec && typeof spec === 'object' && typeof (spec as { path?: unknown }).path === 'string' ? (spec as { path: string }).path : '')

/** The mapping with a field read from a path; what else stood at that field (map, unit, default …) stays. */
export function mapTo(mapping: Record<string, unknown>, field: string, path: string): Record<string, unknown> {
  const held = mapping[field]
  return { ...mapping, [field]: held && typeof held === 'object' && !Array.isArray(held) ? { ...held, path } : path }
}

/** Which field a value most likely is, by its name and look; null when nothing is certain enough. */
export function guessField(name: string, value: unknown, fields: string[]): string | null {
  const plain = name.toLowerCase().replace(/[^a-z\u4e00-\u9fff]/g, '')
  const words: [RegExp, string][] = [[/^(mobile|phone|tel|telephone|手机|电话|联系电话|手机号)$/, 'mobile'], [/^(name|username|contact|称呼|姓名|联系人)$/, 'name'], [/^(company|corp|公司|企业|单位|公司名称)$/, 'company'], [/^(email|mail|邮箱)$/, 'email'], [/^(wechat|weixin|微信|微信号)$/, 'wechat'], [/^(need|remark|message|content|需求|备注|留言)$/, 'need'], [/^(budget|amount|预算|金额)$/, 'budget'], [/^(industry|行业)$/, 'industry'], [/^(city|province|area|cityname|城市|省份|地区)$/, 'area']]
  const found = words.find(([pattern]) => pattern.test(plain))?.[1] ?? (typeof value !== 'object' && /^1[3-9]\d{9}$/.test(String(value)) ? 'mobile' : null)
  return found && fields.includes(found) ? found : fields.includes(plain) ? plain : null
}
