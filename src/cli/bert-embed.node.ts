#!/usr/bin/env node
/** The command `bert-embed`. */

import process from 'node:process'
import { main } from './main.node.js'

await main(process.argv.slice(2))
