import type { Stats } from 'node:fs';
import { lstat, stat, readFile } from 'node:fs/promises';

/** What is known of a file or folder; null when there is none. Links are followed, a dangling one counts as none. */
export async function statIfThere(path: string): Promise<Stats | null> {
  return nullIfMissing(stat(path));
}

/** As {@link statIfThere}, of a link itself. */
export async function lstatIfThere(path: string): Promise<Stats | null> {
  return nullIfMissing(lstat(path));
}

/** The text of a file; null when there is none. */
export async function readIfThere(path: string): Promise<string | null> {
  return nullIfMissing(readFile(path, 'utf8'));
}

async function nullIfMissing<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
