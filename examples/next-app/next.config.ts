/** Next.js configuration. The root is set because this application is inside another package. */

import type { NextConfig } from 'next'

const config: NextConfig = {
  turbopack: { root: import.meta.dirname },
  // The server reads the model at runtime, so output file tracing has to include it.
  outputFileTracingIncludes: { '/': ['./public/models/**'], '/api/embed': ['./public/models/**'] },
}

export default config
