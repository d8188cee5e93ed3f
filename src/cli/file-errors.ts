/** Turns the system's errors about files into messages that say what to do. */

import { CommandError } from './command-error.js'

/** Returns an error of the command line itself as it is. */
export function readFailed(path: string, error: unknown): Error {
  if (error instanceof CommandError) return error
  return new CommandError('READ_FAILED', `${path} cannot be read: ${describeReason(error)}`, { cause: error })
}

/** Returns an error of the command line itself as it is. */
export function writeFailed(path: string, error: unknown): Error {
  if (error instanceof CommandError) return error
  return new CommandError('WRITE_FAILED', `${path} cannot be written: ${describeReason(error)}`, {
    cause: error,
  })
}

function describeReason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return reasons[code ?? ''] ?? message
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory.',
  EACCES: 'permission is denied.',
  EPERM: 'permission is denied.',
  EISDIR: 'it is a directory.',
  ENOTDIR: 'a part of the path is not a directory.',
  ENOSPC: 'the disk is full. Make room, and run the same command again.',
  EDQUOT: 'the quota of the disk is used up. Make room, and run the same command again.',
  EROFS: 'the disk is read-only.',
  EIO: 'the disk reports an error.',
}
