/** The studio's page with the editors of every feature. */
import DefinitionPage from '@/pages/DefinitionPage'
import { EDITORS, PREVIEWS, WIDE } from './editors'

export default function StudioRoute() {
  return <DefinitionPage editors={EDITORS} previews={PREVIEWS} wide={WIDE} />
}
