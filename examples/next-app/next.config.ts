/** Next's defaults, with the directory of the app named: it lies within another package. */

import type { NextConfig } from 'next'

const config: NextConfig = {
  turbopack: { root: import.meta.dirname },
  // The route reads the model at run time, so a deployment that is traced has to bring it along.
  outputFileTracingIncludes: { '/': ['./public/models/**'], '/api/embed': ['./public/models/**'] },
}

export default config
