import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { serviceWorker } from './service-worker-plugin.ts'

/** The hub that the development server passes the API on to. */
const hub = process.env.HUB_URL ?? 'http://127.0.0.1:3000'

/** Passed on as if the browser had asked the hub itself: writes with a foreign Origin are refused. */
const toHub = { target: hub, changeOrigin: true, headers: { origin: hub }, rewriteWsOrigin: true }

/** Primer's parts to choose from and to write in, what opens over a page, and what only they need. */
const fields = new RegExp(
  [
    'Autocomplete|Checkbox|ConfirmationDialog|Dialog|FilteredActionList|FormControl|Radio|SegmentedControl|Select',
    'SelectPanel|TextInput|TextInputWithTokens|Textarea|Token|internal/components/(?:Text)?Input',
  ]
    .map((names) => `@primer/react/dist/(?:${names})`)
    .concat('@tanstack/(?:react-)?virtual')
    .join('|'),
)

/** Path in slashes, whatever the system. */
const isField = (id: string) => fields.test(id.replaceAll('\\', '/'))
const isPrimer = (id: string) => /@primer[\\/]react/.test(id) && !isField(id)

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), serviceWorker()],
  resolve: {
    alias: {
      typebox: fileURLToPath(import.meta.resolve('./src/no-schemas.ts')),
      // Markdown is read in a worker. This part of it would ask a document there, which a worker does not have.
      'decode-named-character-reference': fileURLToPath(
        import.meta.resolve('decode-named-character-reference'),
      ),
    },
  },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2024',
    // Smaller files would otherwise become data: addresses, which the content security policy refuses.
    assetsInlineLimit: 0,
    manifest: true,
    reportCompressedSize: false,
    // What counts is the gzip size of a first load; bench/bundle-size.ts holds it to its budget.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      // How long plugins took is no warning: it depends on what else the machine does.
      checks: { bundlerTimings: false },
      output: {
        codeSplitting: {
          // What every page needs is one file; so is each kind of thing that pages share. The rest goes by page.
          groups: [
            { name: 'shell', tags: ['$initial'], priority: 2 },
            { name: 'icons', test: /octicons-react/, minShareCount: 2 },
            { name: 'primer', test: isPrimer, minShareCount: 3, priority: 1 },
            // Home has none of these.
            { name: 'fields', test: isField, minShareCount: 2 },
          ],
        },
      },
    },
  },
  worker: { format: 'es' },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: {
      '/api': { ...toHub, ws: true },
      '/auth': toHub,
      '^/setup/.+': toHub,
    },
  },
})
