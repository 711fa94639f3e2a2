/**
 * Stands for TypeBox in the built page (`vite.config.ts`). The page takes the contract's types, faces and acts, and
 * never judges by its schemas, which the server holds both sides to: without TypeBox it loads a twentieth less.
 */
const schema = { properties: {} }

export const Type = new Proxy({}, { get: () => () => schema })
