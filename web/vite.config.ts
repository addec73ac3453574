import { defineConfig } from 'vite';

// `npm run dev` serves the viewer alone and asks a running Géonantes for everything else.
const server = 'http://127.0.0.1:8080';

// Scripts of pages that the server writes.
const named = new Set(['contributions', 'parcelles', 'costs']);

export default defineConfig({
  base: '/carte/',
  build: {
    target: 'es2022',
    // MapLibre is one file of about 1.1 MB: it is the map itself, there is nothing to split off.
    chunkSizeWarningLimit: 1300,
    // Fonts stay files: a data: URL would need a hole in the content security policy.
    assetsInlineLimit: 0,
    // The inline helper that Vite adds for old browsers would need one too.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: 'index.html', contributions: 'src/contributions/main.ts', parcelles: 'src/parcels/main.ts', costs: 'src/costs/main.ts' },
      // A page that the server writes names its script: without a hash, asked for each time.
      output: {
        entryFileNames: ({ name }) => (named.has(name) ? `${name}.js` : 'assets/[name]-[hash].js'),
      },
    },
    // What the libraries' licences ask for: their text goes with the bundle.
    license: { fileName: 'licences.md' },
  },
  worker: { format: 'es' },
  server: {
    proxy: {
      '/styles': server,
      '/tiles': server,
      '/collections': server,
    },
  },
});
