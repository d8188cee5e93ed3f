import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The slowest tests pack, install and start real processes.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
