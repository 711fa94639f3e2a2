export { itemsOf } from './items-of.ts'
