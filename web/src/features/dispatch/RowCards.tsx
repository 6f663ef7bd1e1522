/** The rows as sentences, for reading on a phone. */
import { useTongue } from '@/lib/text'
import { Icon } from '@/ui/Icon'
import type { Mark } from './marks'
import { readText, type Row, type Sheet } from './sheet'

export function RowCards({ rows, sheet, said: sentences, marks, counts }: { rows: Row[]; sheet: Sheet; said: Map<string, string>; marks: Map<string, Mark>; counts?: Record<string, number> | undefined }) {
  const { t } = useTongue()
  return (
    <ol className="xj-grid__cards">
      {rows.map((row, at) => {
        const rest = readText(row, 'rest', sheet, rows)
        const said = [...sheet.columns.map((column) => [column.label, readText(row, column.path, sheet, rows)] as const), [sentences.has(rest) ? '' : t('dispatch.column.rest'), sentences.get(rest) ?? rest] as const].filter(([, text]) => text)
        const mark = marks.get(`${at}`)
        return (
          <li key={row.key ?? at} className="xj-row">
            <b>{at + 1}</b>
            <div className="xj-row__main">
              <strong>{sheet.rowName(row, at)}</strong>
              <span className="xj-second">{said.length ? said.map(([label, text]) => `${label} ${text}`.trim()).join(sheet.tongue === 'en' ? '; ' : '；') : t('dispatch.anything')}</span>
              <span>→ {readText(row, 'to', sheet, rows) || '–'}{row.choose ? ` · ${readText(row, 'choose', sheet, rows)}` : ''}</span>
              {mark && <span className="xj-small" data-mark={mark.severity}><Icon name={mark.severity === 'info' ? 'info' : 'alert'} size={12} /> {mark.texts.join('；')}</span>}
            </div>
            {counts && <span className="xj-num">{counts[row.key ?? ''] ?? 0}</span>}
          </li>
        )
      })}
    </ol>
  )
}
