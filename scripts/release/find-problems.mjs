/** What stands against a release. */

/**
 * @typedef {object} ReleaseFacts
 * @property {{ name: string, version: string, repository?: string | { url?: string } }} manifest The package.json
 * @property {string} changelog The text of CHANGELOG.md
 * @property {string} branch Empty if no branch is checked out
 * @property {string} changes What `git status --porcelain` prints
 * @property {readonly string[]} tags All tags of the repository
 * @property {readonly string[]} published The versions that the registry has
 * @property {boolean} withProvenance
 * @property {Readonly<Record<string, string | undefined>>} env
 */

/**
 * Returns a sentence for each problem, with what to do. A release without problems is allowed.
 *
 * @param {ReleaseFacts} facts
 * @returns {string[]}
 */
export function findProblems(facts) {
  return [
    facts.withProvenance && findRepositoryProblem(facts),
    facts.withProvenance && findIdentityProblem(facts),
    facts.branch !== 'main' && `The branch is ${facts.branch || 'not known'}. Releases are made from main.`,
    facts.changes !== '' && `There are changes that are not committed:\n${facts.changes}`,
    findVersionProblem(facts),
  ].filter((problem) => typeof problem === 'string')
}

/** npm refuses a provenance statement if the package does not name the repository that it was built in. */
function findRepositoryProblem({ manifest: { repository }, env }) {
  const url = typeof repository === 'string' ? repository : repository?.url
  if (!url)
    return (
      'package.json has no field "repository", which npm needs for provenance. Add the address of this repository: ' +
      '"repository": { "type": "git", "url": "git+https://HOST/OWNER/NAME.git" }.'
    )
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = env
  const here = server && name && `${server}/${name}`
  if (here && toPageUrl(url) !== here)
    return `package.json names the repository ${url}, but this is ${here}. npm compares the two, in upper and lower case too.`
}

/**
 * @param {string} url The `repository.url` of a package.json
 * @returns {string} The address of the repository's page
 */
export function toPageUrl(url) {
  return url.replace(/^git\+/, '').replace(/\.git$/, '')
}

/** A provenance statement is signed for the identity of a CI job. */
function findIdentityProblem({ env }) {
  if (!env.ACTIONS_ID_TOKEN_REQUEST_URL && !env.SIGSTORE_ID_TOKEN)
    return (
      'This is no CI job with an identity, which npm needs for provenance. Run the workflow "Release" ' +
      '(.github/workflows/release.yml), which has the permission "id-token: write".'
    )
}

function findVersionProblem({ manifest: { name, version }, changelog, tags, published }) {
  const heading = /^## (.*)$/m.exec(changelog)?.[1]
  if (heading !== version)
    return `The first heading of CHANGELOG.md is "${heading}", but the version in package.json is ${version}.`
  if (published.includes(version)) return `${name} ${version} is published already. Raise the version.`
  if (tags.includes(`v${version}`)) return `The tag v${version} exists already. Raise the version.`
}
