/** Line icons of the product, 16 px, drawn with the current text colour. */
import type { ReactNode, SVGProps } from 'react'

const SHAPES = {
  workbench: <><rect x="2" y="2" width="5" height="7" rx="1" /><rect x="9" y="2" width="5" height="4" rx="1" /><rect x="2" y="11" width="5" height="3" rx="1" /><rect x="9" y="8" width="5" height="6" rx="1" /></>,
  person: <><circle cx="8" cy="5" r="2.7" /><path d="M2.8 14c.4-3 2.4-4.6 5.2-4.6s4.8 1.600 5.2 4.600" /></>,
  pool: <path d="M2 4h12M2 8h12M2 12h7" />,
  building: <path d="M2.500 14V6.200L8 2.500l5.500 3.700V14M6 14v-3.500h4V14" />,
  deal: <path d="M2 12l4-4 2.500 2.500L14 4M10.500 4H14v3.500" />,
  board: <path d="M3 13.500V8M8 13.500v-11M13 13.500V5.500" />,
  heat: <><rect x="2" y="2" width="5" height="5" rx=".8" /><rect x="9" y="2" width="5" height="5" rx=".8" /><rect x="2" y="9" width="5" height="5" rx=".8" /><rect x="9" y="9" width="5" height="5" rx=".8" /></>,
  settings: <><path d="M2 5h7M13 5h1M2 11h1M7 11h7" /><circle cx="11" cy="5" r="1.800" /><circle cx="5" cy="11" r="1.800" /></>,
  task: <><rect x="2.500" y="2.500" width="11" height="11" rx="2" /><path d="M5.500 8.200l1.800 1.800 3.400-4" /></>,
  bell: <path d="M3.500 11.500h9l-1.200-1.700V7a3.300 3.300 0 0 0-6.600 0v2.800zM6.700 13.500a1.400 1.400 0 0 0 2.600 0" />,
  message: <path d="M2.500 3h11v8H7l-3 2.500V11H2.500z" />,
  search: <><circle cx="7" cy="7" r="4.200" /><path d="M10.200 10.200L14 14" /></>,
  plus: <path d="M8 2.500v11M2.500 8h11" />,
  phone: <path d="M3 2.500h2.500l1.200 3-1.600 1.200a8 8 0 0 0 4.200 4.200l1.200-1.600 3 1.200V13a1.200 1.200 0 0 1-1.300 1.200A11.500 11.500 0 0 1 1.800 3.800 1.200 1.200 0 0 1 3 2.500z" />,
  meeting: <><circle cx="5.500" cy="5.500" r="2.200" /><path d="M1.800 13c.2-2.500 1.600-3.800 3.700-3.800S9 10.500 9.200 13M10.500 3.600a2.200 2.200 0 0 1 0 3.900M11 9.400c1.900.2 3 1.500 3.200 3.600" /></>,
  more: <><circle cx="3.500" cy="8" r="1" fill="currentColor" stroke="none" /><circle cx="8" cy="8" r="1" fill="currentColor" stroke="none" /><circle cx="12.500" cy="8" r="1" fill="currentColor" stroke="none" /></>,
  clock: <><circle cx="8" cy="8" r="5.700" /><path d="M8 4.800V8l2.200 1.400" /></>,
  half: <><circle cx="8" cy="8" r="5.700" /><path d="M8 2.300a5.700 5.700 0 0 1 0 11.400z" fill="currentColor" stroke="none" /></>,
  octagon: <><path d="M5.400 1.800h5.200l3.600 3.600v5.200l-3.600 3.600H5.400l-3.600-3.600V5.400z" fill="currentColor" stroke="none" /><path d="M8 4.800v3.800M8 10.800v.4" stroke="var(--xj-octagon, var(--xj-overdue))" strokeWidth="1.700" /></>,
  tick: <path d="M3 8.500l3.300 3.300L13 4.700" />,
  dash: <path d="M3.500 8h9" />,
  cross: <path d="M3.500 3.500l9 9M12.500 3.500l-9 9" />,
  left: <path d="M10 3L5 8l5 5" />,
  right: <path d="M6 3l5 5-5 5" />,
  down: <path d="M3 6l5 5 5-5" />,
  upload: <path d="M3 10v3h10v-3M8 10V3M5 6l3-3 3 3" />,
  up: <path d="M3 10l5-5 5 5" />,
  filter: <path d="M2 3h12l-4.700 5.500V13l-2.600-1.300V8.500z" />,
  sort: <path d="M5 3v10M5 13l-2.300-2.500M5 13l2.300-2.500M11 13V3M11 3L8.700 5.500M11 3l2.300 2.500" />,
  edit: <path d="M10.500 2.800l2.700 2.700L6 12.700l-3.300.600.600-3.300z" />,
  note: <><path d="M3.500 2.500h9v11h-9z" /><path d="M5.800 5.500h4.400M5.800 8h4.400M5.800 10.500h2.500" /></>,
  merge: <path d="M4 2.500v3.200c0 2 4 2.800 4 5.300v2.500M12 2.500v3.200c0 2-4 2.800-4 5.300" />,
  lock: <><rect x="3" y="7" width="10" height="7" rx="1.500" /><path d="M5.200 7V5a2.800 2.800 0 0 1 5.600 0v2" /></>,
  undo: <path d="M3 6.500h6.500a3.700 3.700 0 0 1 0 7.400H6M5.800 3.500L2.800 6.500l3 3" />,
  refresh: <path d="M13 8a5 5 0 1 1-1.500-3.600M13 2.500v3h-3" />,
  globe: <><circle cx="8" cy="8" r="5.700" /><path d="M2.300 8h11.400M8 2.300c3.200 3.600 3.200 7.800 0 11.400M8 2.300c-3.200 3.600-3.200 7.800 0 11.400" /></>,
  moon: <path d="M13.300 9.600A5.700 5.700 0 0 1 6.400 2.700a5.700 5.700 0 1 0 6.900 6.900z" />,
  link: <path d="M6.500 9.500l3-3M7 4.500l1.500-1.500a2.600 2.600 0 0 1 3.700 3.700l-1.500 1.500M9 11.500L7.500 13a2.600 2.600 0 0 1-3.700-3.700l1.500-1.500" />,
  out: <path d="M9.500 2.500h4v11h-4M2.500 8h7M6.500 5L9.500 8l-3 3" />,
  history: <><path d="M2.800 8.500a5.300 5.300 0 1 0 1.300-4.200L2.500 5.800M2.500 2.500v3.300h3.300" /><path d="M8 5.300V8l1.800 1.300" /></>,
  ledger: <path d="M3 2.500h10v11H3zM5.500 5.500h5M5.500 8h5M5.500 10.500h3" />,
  route: <><circle cx="4" cy="12" r="1.700" /><circle cx="12" cy="4" r="1.700" /><path d="M5.700 12H10a2.300 2.300 0 0 0 0-4.600H6A2.300 2.300 0 0 1 6 4h4.300" /></>,
  info: <><circle cx="8" cy="8" r="5.700" /><path d="M8 7.200v3.600M8 5v.3" /></>,
  alert: <><path d="M8 2l6.300 11.500H1.700z" /><path d="M8 6.300v3.400M8 11.300v.3" /></>,
  send: <path d="M14 2L7 9M14 2l-4.500 12L7 9 2 6.500z" />,
  hand: <path d="M5 8V4a1.100 1.100 0 0 1 2.200 0v3M7.200 6.500V3a1.100 1.100 0 0 1 2.200 0v4M9.400 7V4.300a1.100 1.100 0 0 1 2.200 0V9c0 3-1.400 5-4 5-2 0-3-1-4.200-3.400L2.500 9c.7-1 1.900-.8 2.500.2" />,
} satisfies Record<string, ReactNode>

export type IconName = keyof typeof SHAPES

export function Icon({ name, size = 16, ...rest }: { name: IconName; size?: number } & Omit<SVGProps<SVGSVGElement>, 'name'>) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false" {...rest}>
      {SHAPES[name]}
    </svg>
  )
}
