import { availableParallelism } from 'node:os'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { chromiumFlags, locateChromium } from './scripts/chromium.mjs'
import { hubCommands } from './test/browser/hub-commands.js'
import { packCommands } from './test/browser/pack-commands.js'
import { storageCommands } from './test/browser/storage-commands.js'
import { wasmRoutes } from './test/browser/wasm-routes.js'
import { isolationHeaders } from './test/support/static-server.js'

/** The slowest tests pack, install and start real processes. */
const timeouts = { testTimeout: 120_000, hookTimeout: 120_000 }

/** Vitest's default is one less than the cores. Most tests wait for processes half of the time, so two cores run two files. */
const maxWorkers = Math.max(2, availableParallelism() - 1)

/** Tests that run in Node, and install applications, start browsers of their own, or other runtimes: minutes. */
const drivesChromium = [
  'test/browser-lifecycle.test.ts',
  'test/bundlers.test.ts',
  'test/examples.test.ts',
  'test/firefox.test.ts',
  'test/runtimes.test.ts',
  'test/site/live.test.ts',
  'test/site/site.test.ts',
]

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...timeouts,
          name: 'node',
          maxWorkers,
          // The sources are TypeScript, from which no worker thread starts: test/backends builds what those need.
          execArgv: ['--disable-warning=BERT_EMBED_NO_WORKER'],
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', 'test/published/**', ...drivesChromium],
        },
      },
      {
        test: {
          ...timeouts,
          name: 'chromium',
          include: [...drivesChromium],
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
      // Threads and a GPU, as far as the machine has them: SwiftShader is a GPU in software.
      browserProject('browser', {
        headers: isolationHeaders,
        flags: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
        include: ['test/browser/*.test.ts', 'test/engine/kernels.test.ts'],
        order: 1,
      }),
      // What most pages are: not cross-origin isolated. No GPU either.
      browserProject('browser-plain', {
        headers: {},
        flags: ['--disable-gpu', '--disable-features=WebGPU'],
        include: ['test/browser/{backend,checkpoints}.test.ts', 'test/browser/plain/*.test.ts'],
        order: 2,
      }),
    ],
  },
})

interface BrowserProject {
  readonly headers: Readonly<Record<string, string>>
  readonly flags: readonly string[]
  readonly include: string[]
  readonly order: number
}

export function browserProject(name: string, { headers, flags, include, order }: BrowserProject) {
  const launchOptions = { executablePath: locateChromium(), args: [...chromiumFlags, ...flags] }
  return {
    plugins: [wasmRoutes],
    server: { headers },
    // As they are: their own files find the .wasm beside themselves, and a page does not reload in mid-test.
    optimizeDeps: {
      exclude: ['onnxruntime-web'],
      include: ['@huggingface/tokenizers'],
    },
    test: {
      ...timeouts,
      name,
      include,
      // One after the other, and after the tests of Node: some tests watch the clock.
      fileParallelism: false,
      sequence: { groupOrder: order },
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({ launchOptions }),
        instances: [{ browser: 'chromium' as const }],
        commands: { ...hubCommands, ...packCommands, ...storageCommands },
      },
    },
  }
}
