/** The address of each page of the site. Markdown files stay where the repository has them. */

/** Files that are pages although they lie outside of docs/ and site/, by their path in the repository. */
const others: Readonly<Record<string, string>> = {
  'CHANGELOG.md': 'changelog.md',
  'CONTRIBUTING.md': 'contributing.md',
  'SECURITY.md': 'security.md',
  'bench/README.md': 'benchmarks.md',
  'models/bert-embed-small-en/README.md': 'small-model.md',
  'training/README.md': 'training.md',
}

/** Folders without pages. */
export const excludedFolders = ['.cache', '.published', 'dist', 'scripts', 'site/public', 'src', 'test']

/** `docs/search.md` to `search.md`, `examples/workers/README.md` to `examples/workers.md`; `undefined` for a file that is no page. */
export function toAddress(path: string): string | undefined {
  if (path in others) return others[path]
  const [, address] =
    /^(?:docs|site)\/(.+\.md)$/.exec(path) ?? /^(examples\/[^/]+)\/README\.md$/.exec(path) ?? []
  return address?.replace(/^(examples\/[^/.]+)$/, '$1.md')
}

/** The site has a page of its own in the place of this file, with other headings. */
export const home = 'README.md'
