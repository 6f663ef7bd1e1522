/** The refusal of a gate where screens are drawn before its words have come. */
import { lazy, Suspense, type ComponentProps } from 'react'
import { moreTexts } from '@/lib/i18n'

const GateRefusal = lazy(() => Promise.all([import('./GateRefusal'), moreTexts()]).then(([module]) => module))

export const LazyGate = (props: ComponentProps<typeof GateRefusal>) => <Suspense fallback={null}><GateRefusal {...props} /></Suspense>
