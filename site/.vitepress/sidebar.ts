/** The order in which the pages are read. */

import type { DefaultTheme } from 'vitepress'
import { apiSidebars } from './api-sidebars.js'

type Item = DefaultTheme.SidebarItem

const page = (text: string, link: string): Item => ({ text, link })

const guides: readonly Item[] = [
  {
    text: 'First steps',
    items: [
      page('Start', '/start'),
      page('From text to vector', '/walkthrough'),
      page('Try it in this page', '/live'),
    ],
  },
  {
    text: 'Guides',
    items: [
      page('Which model, which dtype', '/models'),
      page('Pooling explained', '/pooling'),
      page('Long texts', '/long-texts'),
      page('Search', '/search'),
      page('Quantisation', '/quantisation'),
      page('Frameworks', '/frameworks'),
      page('Command line', '/command-line'),
    ],
  },
  {
    text: 'Moving from',
    items: [
      page('transformers.js', '/from-transformers-js'),
      page('fastembed-js', '/from-fastembed-js'),
      page('Python', '/from-python'),
    ],
  },
  {
    text: 'In production',
    items: [
      page('Ship a page', '/browser'),
      page('Deploy a server', '/server'),
      page('Runtimes and bundlers', '/runtimes'),
      page('Downloads and the cache', '/hub'),
      page('Performance', '/performance'),
      page('Accuracy', '/accuracy'),
      page('Security', '/security'),
    ],
  },
  {
    text: 'Examples',
    items: [
      page('Search in Node', '/examples/node-search'),
      page('Search in a page', '/examples/semantic-search'),
      page('Search in Postgres', '/examples/postgres-search'),
      page('Next.js', '/examples/next-app'),
      page('Cloudflare Workers', '/examples/workers'),
    ],
  },
  {
    text: 'Extend it',
    items: [
      page('Writing a source', '/sources'),
      page('Writing a backend', '/backends'),
      page('Writing a tokenizer', '/tokenizers'),
      page('Architectures', '/architectures'),
      page('Adding a part', '/adding'),
      page('How it is built', '/architecture'),
      page('The engine', '/engine'),
    ],
  },
]

const reference: Item = {
  text: 'Reference',
  items: [
    page('Troubleshooting by error code', '/errors'),
    page("How a model's files are read", '/model-files'),
    page('API', '/api/'),
  ],
}

const project: Item = {
  text: 'The project',
  items: [
    page('Changes', '/changelog'),
    page('Contributing', '/contributing'),
    page('Benchmarks', '/benchmarks'),
    page('The small model', '/small-model'),
    page('How it was trained', '/training'),
  ],
}

export const nav = [
  page('Start', '/start'),
  page('Live', '/live'),
  page('API', '/api/'),
] as DefaultTheme.NavItem[]

/** By the start of the address. */
export const sidebar: DefaultTheme.SidebarMulti = {
  '/': [...guides, reference, project],
  ...apiSidebars(),
}
