import { definitions } from './definitions'
import { errors } from './errors'
import { leads } from './leads'
import { shell } from './shell'

export default { ...shell, ...leads, ...definitions, ...errors }
