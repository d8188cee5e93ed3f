/** Name of the engine as a backend. */
export const engineName = 'bert-embed-engine'
