import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import enFirst from '@/lib/i18n/en'
import enMore from '@/lib/i18n/en/more'
import zhFirst from '@/lib/i18n/zh-CN'
import zhMore from '@/lib/i18n/zh-CN/more'
import tokens from '@/ui/tokens.json'
import { lineOf, read, write } from '@/features/studio/document'
import { KINDS } from '@/features/studio/queries'

const SRC = join(process.cwd(), 'src')
const files = (folder: string): string[] => readdirSync(folder).flatMap((name) => { const path = join(folder, name); return statSync(path).isDirectory() ? files(path) : [path] })
const sources = files(SRC).filter((path) => /\.(tsx?|css)$/.test(path) && !path.includes('generated'))
const imports = (text: string) => [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((found) => found[1]!)
const FLOORS = ['api', 'lib', 'ui', 'metadata', 'features', 'pages', 'app']

describe('the house', () => {
  it('has no web file above 300 lines', () => {
    expect(sources.filter((path) => readFileSync(path, 'utf8').split('\n').length > 301).map((path) => relative(SRC, path))).toEqual([])
  })

  it('imports only downwards, and features never meet', () => {
    const wrong: string[] = []
    for (const path of sources.filter((each) => /tsx?$/.test(each))) {
      const [floor, part] = relative(SRC, path).split('/') as [string, string]
      if (!FLOORS.includes(floor)) continue
      for (const target of imports(readFileSync(path, 'utf8'))) {
        if (!target.startsWith('@/')) continue
        const [to, toPart] = target.slice(2).split('/') as [string, string]
        if (FLOORS.indexOf(to) > FLOORS.indexOf(floor)) wrong.push(`${relative(SRC, path)} → ${target}`)
        if (floor === 'features' && to === 'features' && part !== toPart) wrong.push(`${relative(SRC, path)} → ${target}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('names antd in one lazily loaded file, and fetch in one', () => {
    const naming = (pattern: RegExp) => sources.filter((path) => pattern.test(readFileSync(path, 'utf8'))).map((path) => relative(SRC, path))
    expect(naming(/from 'antd/)).toEqual(['ui/heavy/antd.tsx'])
    expect(naming(/\bfetch\(/)).toEqual(['lib/api.ts'])
    expect(naming(/from '\.\.?\/(heavy\/)?antd'/)).toEqual([])
  })

  it('takes what is typed as it is: numbers as text, no text cut off', () => {
    const naming = (pattern: RegExp) => sources.filter((path) => pattern.test(readFileSync(path, 'utf8'))).map((path) => relative(SRC, path))
    // A number input hands over nothing for a word; NumberBox keeps it for the check to refuse.
    expect(naming(/type=(["'{]+)number\b|valueAsNumber/)).toEqual([])
    // A limit that cuts says nothing; tooLong says it beside the field. A code of the second factor has its length.
    expect(naming(/\bmaxLength\b/)).toEqual(['features/session/SignInForm.tsx'])
    // Rounding or clamping in the input makes another value of what was typed.
    expect(naming(/Math\.(?:round|min|max|floor|trunc)\([^\n]{0,40}event\.target\.value/)).toEqual([])
  })
})

describe('the style sheets', () => {
  it('of screens and features style no class of another: which were opened before must not change how one looks', () => {
    const owners = new Map<string, Set<string>>()
    for (const path of sources.filter((each) => each.endsWith('.css'))) {
      const text = readFileSync(path, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '').replace(/@media print[\s\S]*$/, '')
      for (const [, selectors] of text.matchAll(/([^{};]+){/g)) {
        for (const selector of selectors!.includes('@') ? [] : selectors!.split(',')) {
          const name = /^\s*\.(xj-[\w-]+)/.exec(selector)?.[1]
          if (name) owners.set(name, (owners.get(name) ?? new Set()).add(relative(SRC, path)))
        }
      }
    }
    expect(owners.size).toBeGreaterThan(300)
    expect([...owners].filter(([, files]) => files.size > 1 && [...files].some((file) => /^(features|pages)\//.test(file))).map(([name, files]) => `${name}: ${[...files].join(', ')}`)).toEqual([])
  })
})

const en = { ...enFirst, ...enMore, errors: { ...enFirst.errors, ...enMore.errors }, notice: { ...enFirst.notice, ...enMore.notice } }
const zh = { ...zhFirst, ...zhMore, errors: { ...zhFirst.errors, ...zhMore.errors }, notice: { ...zhFirst.notice, ...zhMore.notice } }
const flat = (value: unknown, path = ''): string[] => (typeof value === 'string' ? [path] : Object.entries(value as object).flatMap(([key, inner]) => flat(inner, path ? `${path}.${key}` : key)))
const plain = (keys: string[]) => [...new Set(keys.map((key) => key.replace(/_(one|other)$/, '')))].sort()
const textAt = (book: unknown, key: string) => key.split('.').reduce<unknown>((node, step) => (node as Record<string, unknown> | undefined)?.[step], book)

describe('the two languages', () => {
  it('have the same words', () => {
    expect(plain(flat(zh))).toEqual(plain(flat(en)))
  })

  it('fill the same blanks', () => {
    const blanks = (text: unknown) => [...String(text).matchAll(/{{(\w+)}}/g)].map((found) => found[1]).sort()
    const off = flat(zh).filter((key) => textAt(en, key) !== undefined && String(blanks(textAt(zh, key))) !== String(blanks(textAt(en, key))))
    expect(off).toEqual([])
  })

  it('stand in i18n alone: no screen writes Chinese itself', () => {
    // What is read from people may be Chinese: patterns, and words compared with.
    const own = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*/gm, '').replace(/\/(?:\\.|\[[^\]]*\]|[^/\n\\[])+\/[a-z]*\.(?:test|exec)/g, '').replace(/(?:===|!==) '[^']*'/g, '').replace(/replace\(\/[^\n]*?\/[a-z]*,/g, '')
    const wrong = sources.filter((path) => path.endsWith('.tsx')).flatMap((path) => own(readFileSync(path, 'utf8')).split('\n').filter((line) => /[\u4e00-\u9fff]/.test(line)).map((line) => `${relative(SRC, path)}: ${line.trim().slice(0, 100)}`))
    expect(wrong).toEqual([])
  })

  it('know the words of every kind of definition', () => {
    const lacking = KINDS.flatMap((kind) => ['kind', 'about'].map((part) => `definitions.${part}.${kind}`)).filter((key) => typeof textAt(zh, key) !== 'string' || typeof textAt(en, key) !== 'string')
    expect(lacking).toEqual([])
  })

  it('know every key that a screen asks for', () => {
    const known = new Set(plain(flat(zh)))
    const missing = new Set<string>()
    for (const path of sources.filter((each) => /tsx?$/.test(each) && !each.includes('i18n'))) {
      for (const found of readFileSync(path, 'utf8').matchAll(/\bt\('([a-z_]+(?:\.[a-z_0-9]+)+)'/g)) if (!known.has(found[1]!)) missing.add(`${relative(SRC, path)}: ${found[1]}`)
    }
    expect([...missing]).toEqual([])
  })
})

describe('the first screens', () => {
  // What comes without the rest of the words: the shell, and the pages that the router does not make wait for them.
  const router = readFileSync(join(SRC, 'app/router.tsx'), 'utf8')
  const pages = [...router.matchAll(/(?:first\('[^']*', \(\) => import\('@\/|(?:Page|signIn\w*) = (?:createRoute\([^]*?lazyRouteComponent\()?\(?\(?\)? ?(?:=> )?import\('@\/)(pages\/\w+)'/g)].map((found) => `${found[1]}.tsx`)
  const resolved = (from: string, target: string) => {
    const path = target.startsWith('@/') ? join(SRC, target.slice(2)) : target.startsWith('.') ? join(from, '..', target) : ''
    return path && ['', '.ts', '.tsx', '/index.ts', '/index.tsx'].map((end) => path + end).find((each) => sources.includes(each))
  }
  const together = (path: string, seen = new Set<string>()): Set<string> => {
    if (seen.has(path) || path.includes('i18n')) return seen
    seen.add(path)
    for (const found of readFileSync(path, 'utf8').matchAll(/^(?:import|export) [^;]*?from '([^']+)'/gm)) {
      const next = resolved(path, found[1]!)
      if (next) together(next, seen)
    }
    return seen
  }
  it('say nothing whose words come later: a key would stand there instead', () => {
    const held = new Set(plain(flat(zhFirst)))
    const later = new Set<string>()
    for (const page of [...pages, 'app/shell/Shell.tsx']) for (const path of together(join(SRC, page))) {
      for (const found of readFileSync(path, 'utf8').matchAll(/\bt\('([a-z_]+(?:\.[a-z_0-9]+)+)'/g)) if (!held.has(found[1]!)) later.add(`${relative(SRC, path)}: ${found[1]}`)
    }
    expect(pages.length).toBeGreaterThan(4)
    expect([...later]).toEqual([])
  })
})

const rgb = (hex: string) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.039_28 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
const light = (hex: string) => { const [red, green, blue] = rgb(hex) as [number, number, number]; return 0.2126 * red + 0.7152 * green + 0.0722 * blue }
const contrast = (a: string, b: string) => { const [high, low] = [light(a), light(b)].sort((x, y) => y - x) as [number, number]; return (high + 0.05) / (low + 0.05) }

describe('the palette', () => {
  const css = readFileSync(join(SRC, 'ui/tokens.css'), 'utf8')
  const [day, night] = css.split("[data-theme='dark']") as [string, string]
  const value = (part: string, name: string) => new RegExp(`--xj-${name}: (#[0-9a-f]{6})`).exec(part)?.[1]

  it('is that of tokens.json', () => {
    for (const [mode, part] of [['light', day], ['dark', night]] as const) {
      const { token } = tokens[mode]
      expect(value(part, 'primary')).toBe(token.colorPrimary.toLowerCase())
      expect(value(part, 'text')).toBe(token.colorText.toLowerCase())
      expect(value(part, 'card')).toBe(token.colorBgContainer.toLowerCase())
      for (const status of ['overdue', 'soon', 'ontrack', 'done', 'idle'] as const) expect([value(part, status), value(part, `${status}-bg`)]).toEqual(tokens.status[status][mode].map((colour) => colour.toLowerCase()))
      tokens.heat[mode].forEach((colour, at) => expect(value(part, `heat-${at + 1}`)).toBe(colour.toLowerCase()))
    }
  })

  it('keeps text readable on its ground', () => {
    for (const part of [day, night]) {
      for (const [ink, ground] of [['text', 'card'], ['text-2', 'bg'], ['text-3', 'card'], ['text-3', 'bg'], ['link', 'card'], ['on-primary', 'primary'], ['card', 'overdue'], ['soon', 'soon-bg'], ['ontrack', 'ontrack-bg'], ['done', 'done-bg'], ['text-2', 'idle-bg'], ['ontrack', 'tint'], ['error', 'card']] as const) {
        expect(contrast(value(part, ink)!, value(part, ground)!), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5)
      }
      for (let at = 1; at <= 7; at++) {
        const ink = at <= 4 ? 'heat-text-low' : at === 5 ? 'heat-text-5' : 'heat-text-high'
        expect(contrast(value(part, ink)!, value(part, `heat-${at}`)!), `heat ${at}`).toBeGreaterThanOrEqual(4.5)
      }
    }
  })
})

describe('a definition as text', () => {
  const document = { key: 'r', rows: [{ when: 'a' }, { when: 'b == 1' }] }
  it('goes to YAML and JSON and comes back the same', () => {
    for (const format of ['yaml', 'json'] as const) expect(read(write(document, format)).document).toEqual(document)
  })

  it('shows where it is not well formed, and the line of a path', () => {
    expect(read('a: [1').problems[0]).toMatchObject({ code: 'definition.syntax', line: 1 })
    expect(read('- 1').problems[0]?.code).toBe('definition.not_a_document')
    expect(lineOf(write(document, 'yaml'), 'rows.1.when')).toBe(4)
    expect(lineOf(write(document, 'yaml'), 'rows.1.gone')).toBe(4)
  })
})
