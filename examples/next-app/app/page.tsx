/** The page: embeds the query on the server, and renders a client component that embeds it in the browser. */

import { BrowserSearch } from './browser-search'
import { HitList } from './hit-list'
import { serverModel } from './models'
import { rank } from './rank'

interface PageProps {
  readonly searchParams: Promise<{ readonly q?: string | string[] }>
}

export default async function Page({ searchParams }: PageProps) {
  const query = [(await searchParams).q].flat()[0] || 'music in a church'
  return (
    <main>
      <h1>One text, embedded twice</h1>
      <form>
        <input name="q" defaultValue={query} aria-label="Query" />
        <button type="submit">Search</button>
      </form>
      <div className="halves">
        <section id="server" aria-labelledby="server-title">
          <h2 id="server-title">On the server</h2>
          <p>in a server component</p>
          <HitList hits={await rank(query, serverModel)} />
        </section>
        <section id="browser" aria-labelledby="browser-title">
          <h2 id="browser-title">In the browser</h2>
          <p>in a client component</p>
          <BrowserSearch query={query} />
        </section>
      </div>
    </main>
  )
}
