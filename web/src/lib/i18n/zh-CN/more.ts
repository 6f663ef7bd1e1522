/** The words that may come after the first paint: every other screen, and what each refusal says. */
import { admin } from './admin'
import { codes } from './codes'
import { definitions } from './definitions'
import { designer } from './designer'
import { dispatch } from './dispatch'
import { editors } from './editors'
import { founding } from './founding'
import { objects } from './objects'
import { packs } from './packs'
import { palette } from './palette'
import { rep } from './rep'
import { process } from './process'
import { rules } from './rules'
import { start } from './start'
import { studio } from './studio'
import { team } from './team'

export default { ...definitions, ...designer, ...dispatch, ...editors, ...founding, ...objects, ...packs, ...rules, ...start, ...studio, ...team, ...palette, ...admin, ...rep, ...process, errors: codes }
