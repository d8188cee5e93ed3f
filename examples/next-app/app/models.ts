/** The same model on both sides: from a directory on the server, from a URL in the browser. */

// To use a model from the Hub, set both to 'sentence-transformers/all-MiniLM-L6-v2'.
export const serverModel = './public/models/bert-embed-small-en'
export const browserModel = '/models/bert-embed-small-en'
