/** The same model on both sides: from a directory on the server, from a URL in the browser. */

// For a real model: both 'sentence-transformers/all-MiniLM-L6-v2'.
export const serverModel = './public/models/bert-small-untrained'
export const browserModel = '/models/bert-small-untrained'
