/** The words of the first screens: frame, workbench, lists, lead page. Everything else stands in `more.ts`. */
import { conditions } from './conditions'
import { conflict } from './conflict'
import { daily } from './daily'
import { errors } from './errors'
import { leads } from './leads'
import { lists } from './lists'
import { shell } from './shell'

export default { ...shell, ...conditions, ...leads, ...daily, ...lists, ...errors, ...conflict }
