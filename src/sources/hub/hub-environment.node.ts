/**
 * Settings of the Hub and its cache from environment variables, the same ones that Python's huggingface_hub reads.
 * Empty variables are ignored.
 */

import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export type Environment = Readonly<Record<string, string | undefined>>

/** HF_TOKEN, or else the token that `hf auth login` stored at HF_TOKEN_PATH, by default `token` in HF_HOME. */
export function environmentToken(env: Environment): string | undefined {
  if (isTrue(env.HF_HUB_DISABLE_IMPLICIT_TOKEN)) return undefined
  return cleanToken(env.HF_TOKEN || env.HUGGING_FACE_HUB_TOKEN) ?? cleanToken(readIfThere(tokenPath(env)))
}

/** HF_HUB_CACHE, by default `hub` in HF_HOME. */
export function environmentCacheDir(env: Environment): string {
  const cache = env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE
  return cache ? expandPath(cache, env) : join(home(env), 'hub')
}

export function isEnvironmentOffline(env: Environment): boolean {
  return isTrue(env.HF_HUB_OFFLINE || env.TRANSFORMERS_OFFLINE)
}

export function environmentEndpoint(env: Environment): string | undefined {
  return env.HF_ENDPOINT || undefined
}

/** Whether the cache may contain symbolic links. */
export function environmentSymlinks(env: Environment): boolean {
  return !isTrue(env.HF_HUB_DISABLE_SYMLINKS)
}

/** HF_HUB_DOWNLOAD_TIMEOUT, converted from seconds to milliseconds. */
export function environmentTimeoutMs(env: Environment): number | undefined {
  const seconds = Number(env.HF_HUB_DOWNLOAD_TIMEOUT || Number.NaN)
  return seconds > 0 ? seconds * 1000 : undefined
}

function home(env: Environment): string {
  if (env.HF_HOME) return expandPath(env.HF_HOME, env)
  return join(expandPath(env.XDG_CACHE_HOME || '~/.cache', env), 'huggingface')
}

function tokenPath(env: Environment): string {
  return env.HF_TOKEN_PATH ? expandPath(env.HF_TOKEN_PATH, env) : join(home(env), 'token')
}

/** Expands `~`, `$NAME` and `${NAME}`. A configuration file can set the variables without a shell that expands them. */
function expandPath(path: string, env: Environment): string {
  return path
    .replace(/^~(?=[\\/]|$)/, () => homedir())
    .replace(/\$(?:\{(\w+)\}|(\w+))/g, (all, braced, plain) => env[braced ?? plain] ?? all)
}

/** Accepts the values that huggingface_hub accepts as true. */
function isTrue(variable: string | undefined): boolean {
  return /^(?:1|on|yes|true)$/i.test(variable ?? '')
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined // not logged in, or the file belongs to another user
  }
}

function cleanToken(token: string | undefined): string | undefined {
  return token?.replace(/[\r\n]/g, '').trim() || undefined
}
