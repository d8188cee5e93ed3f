/** Checks the accessibility of a page with axe. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * Returns the rules that the page violates, each with the elements that do.
 *
 * @param rules The rules to check. @default all
 */
export async function violationsOf(page: Page, rules?: readonly string[]): Promise<string[][]> {
  await page.evaluate(axe)
  const options = JSON.stringify({ resultTypes: ['violations'], runOnly: rules })
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, ${options})`)
  return violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])
}
