import { conditions } from './conditions'
import { definitions } from './definitions'
import { errors } from './errors'
import { leads } from './leads'
import { shell } from './shell'

export default { ...shell, ...conditions, ...leads, ...definitions, ...errors }
