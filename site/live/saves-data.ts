/** Whether the reader asked the browser to save data: then only a button starts a download. */
export function savesData(): boolean {
  return (navigator as Navigator & { connection?: { saveData?: boolean } }).connection?.saveData === true
}
