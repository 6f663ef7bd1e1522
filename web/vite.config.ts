import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// The server that answers /api while developing; the built app is served by the same origin as the API.
const api = process.env.XINGJI_DEV_API ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    outDir: '../src/xingji/web_dist',
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 3 },
            { name: 'tanstack', test: /node_modules[\\/]@tanstack[\\/](react-router|router-core|history|react-query|query-core|react-store|store)[\\/]/, priority: 2 },
            // The many small parts that every screen is made of come as one file.
            { name: 'base', test: /src[\\/](lib[\\/](api|offline|store|text|time|clock|query|errors|live|screen|choices|recent|theme|shortcuts|i18n[\\/]index)|ui[\\/](Icon|Button|Status|Tabs|Empty|Page)|metadata[\\/](session|schema|guidance|values|useValues|provinces|gate|records|QueryState|editable|Go|nav|CountLine))\.tsx?$/, priority: 1 },
          ],
        },
      },
    },
  },
  server: { port: 5173, proxy: { '/api': { target: api, changeOrigin: false }, '/readyz': api } },
  test: {
    environment: 'jsdom',
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    environmentOptions: { jsdom: { url: 'http://localhost/' } },
    setupFiles: ['test/setup.ts'],
  },
})
