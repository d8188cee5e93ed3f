/** The licences that a package may have which users of the library install, or which the command line holds. */

/** They allow use in every kind of application, and copies which keep their text. */
const allowedLicenses: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
]

/**
 * @param license The field `license` of a package.json. `(MIT OR CC0-1.0)` is a choice, of which one has to be allowed
 */
export function isAllowedLicense(license: unknown): boolean {
  if (typeof license !== 'string') return false
  const choices = license.replace(/^\(([^()]*)\)$/, '$1').split(' OR ')
  return choices.some((choice) => allowedLicenses.includes(choice))
}
