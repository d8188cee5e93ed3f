/** The same model on both sides: from a directory on the server, from a URL in the browser. */

// For a model from the Hub: both 'sentence-transformers/all-MiniLM-L6-v2'.
export const serverModel = './public/models/bert-embed-small-en'
export const browserModel = '/models/bert-embed-small-en'
