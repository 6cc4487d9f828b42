import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const BACKEND = 'http://localhost:8080';

/** The WebAssembly decoders are CommonJS inside ES modules: the dev server has to bundle them first. */
const PREBUNDLED_DECODERS = [
  'dicom-parser',
  '@cornerstonejs/jpeg-lossless-decoder-js',
  '@cornerstonejs/codec-charls/decodewasmjs',
  '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs',
  '@cornerstonejs/codec-openjpeg/decodewasmjs',
  '@cornerstonejs/codec-openjph/wasmjs',
];

export default defineConfig({
  plugins: [react()],
  resolve: {
    alias: [
      { find: '@', replacement: here('./src') },
      // vtk.js pulls in an XML writer for file formats that no page uses; it breaks under bundling.
      { find: 'xmlbuilder2', replacement: here('./src/features/viewer/cornerstone/noXmlWriter.ts') },
    ],
  },
  build: { target: 'chrome87', manifest: true, chunkSizeWarningLimit: 4000 },
  worker: { format: 'es' },
  optimizeDeps: {
    exclude: ['@cornerstonejs/dicom-image-loader'],
    include: PREBUNDLED_DECODERS,
  },
  server: {
    proxy: {
      '/api': BACKEND,
      '/fhir': BACKEND,
      '/dicomweb': BACKEND,
      '/signaling': { target: BACKEND, ws: true },
    },
  },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
});
