import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import {
  environmentCacheDir,
  environmentEndpoint,
  environmentSymlinks,
  environmentTimeoutMs,
  environmentToken,
  isEnvironmentOffline,
} from '../../src/sources/hub/hub-environment.node.js'

const home = mkdtempSync(join(tmpdir(), 'bert-embed-home-'))
writeFileSync(join(home, 'token'), 'hf_stored\n')
afterAll(() => rmSync(home, { recursive: true }))

describe('environment variables', () => {
  // Expected values from huggingface_hub 1.33, except for empty variables.
  test.each([
    [{}, join(homedir(), '.cache', 'huggingface', 'hub')],
    [{ XDG_CACHE_HOME: '/x' }, '/x/huggingface/hub'],
    [{ XDG_CACHE_HOME: '/x', HF_HOME: '/h' }, '/h/hub'],
    [{ HF_HOME: '/h', HUGGINGFACE_HUB_CACHE: '/old' }, '/old'],
    [{ HF_HOME: '/h', HF_HUB_CACHE: '/c', HUGGINGFACE_HUB_CACHE: '/old' }, '/c'],
    [{ HF_HOME: '~/models' }, join(homedir(), 'models', 'hub')],
    [{ HF_HUB_CACHE: '$DATA/hub', DATA: '/d' }, '/d/hub'],
    [{ HF_HUB_CACHE: `$\{DATA}/hub`, DATA: '/d' }, '/d/hub'],
  ])('with %j the cache is in %s', (env, directory) => {
    expect(environmentCacheDir(env).replaceAll('\\', '/')).toBe(directory.replaceAll('\\', '/'))
  })

  test('empty variables are ignored', () => {
    const env = { HF_HUB_CACHE: '', HF_HOME: '', XDG_CACHE_HOME: '/x', HF_TOKEN: '', HF_ENDPOINT: '' }
    expect(environmentCacheDir(env)).toBe(join('/x', 'huggingface', 'hub'))
    expect(environmentToken(env)).toBeUndefined()
    expect(environmentEndpoint(env)).toBeUndefined()
  })

  test.each([
    [{ HF_HOME: home }, 'hf_stored'],
    [{ HF_TOKEN_PATH: join(home, 'token') }, 'hf_stored'],
    [{ HF_HOME: home, HF_TOKEN: ' hf_given\r\n' }, 'hf_given'],
    [{ HF_HOME: home, HUGGING_FACE_HUB_TOKEN: 'hf_old' }, 'hf_old'],
    [{ HF_HOME: join(home, 'nowhere') }, undefined],
    [{ HF_TOKEN: 'hf_given', HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' }, undefined],
  ])('case %# has the token %s', (env, token) => {
    expect(environmentToken(env)).toBe(token)
  })

  test('boolean variables accept the same values as in Python', () => {
    for (const yes of ['1', 'ON', 'yes', 'True'])
      expect(isEnvironmentOffline({ HF_HUB_OFFLINE: yes })).toBe(true)
    for (const no of ['', '0', 'off', '2']) expect(isEnvironmentOffline({ HF_HUB_OFFLINE: no })).toBe(false)
    expect(isEnvironmentOffline({ TRANSFORMERS_OFFLINE: '1' })).toBe(true)
    expect(environmentSymlinks({ HF_HUB_DISABLE_SYMLINKS: '1' })).toBe(false)
  })

  test('HF_HUB_DOWNLOAD_TIMEOUT is in seconds', () => {
    expect(environmentTimeoutMs({ HF_HUB_DOWNLOAD_TIMEOUT: '5' })).toBe(5000)
    for (const wrong of ['', '0', 'soon'])
      expect(environmentTimeoutMs({ HF_HUB_DOWNLOAD_TIMEOUT: wrong })).toBeUndefined()
  })
})
