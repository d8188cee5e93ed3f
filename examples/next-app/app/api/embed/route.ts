/** GET /api/embed?text=…: the text's vector, computed on the server. */

import { embed } from 'bert-embed'
import { serverModel } from '../../models'

export async function GET(request: Request): Promise<Response> {
  const text = new URL(request.url).searchParams.get('text')
  if (text === null) return Response.json({ error: 'The parameter text is missing.' }, { status: 400 })
  const vector = await embed(text, { model: serverModel, normalize: true })
  return Response.json(Array.from(vector))
}
