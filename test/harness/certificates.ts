import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const DAYS = ['-days', '1'];

/** Files of a certificate and its key. */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** An authority that issues certificates for a test. */
export class Authority {
  private constructor(
    private readonly folder: string,
    readonly certFile: string,
    private readonly keyFile: string,
  ) {}

  /** Makes an authority whose files lie in `folder`; null where there is no openssl. */
  static async in(folder: string, name: string): Promise<Authority | null> {
    const files = filesOf(folder, name);
    try {
      await run('openssl', ['req', '-x509', ...KEY, ...DAYS, '-subj', `/CN=${name}`, ...outputOf(files)]);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
    return new Authority(folder, files.certFile, files.keyFile);
  }

  /** Its certificate, in PEM. */
  pem(): Promise<string> {
    return readFile(this.certFile, 'utf8');
  }

  /** Issues a certificate for 127.0.0.1. */
  async issue(name: string): Promise<CertificateFiles> {
    const files = filesOf(this.folder, name);
    const request = join(this.folder, `${name}.csr`);
    const extensions = join(this.folder, `${name}.ext`);
    await writeFile(extensions, 'subjectAltName=IP:127.0.0.1\n');
    await run('openssl', ['req', '-new', ...KEY, '-subj', `/CN=${name}`, '-keyout', files.keyFile, '-out', request]);
    const issuer = ['-CA', this.certFile, '-CAkey', this.keyFile, '-CAcreateserial', '-extfile', extensions];
    await run('openssl', ['x509', '-req', '-in', request, ...issuer, ...DAYS, '-out', files.certFile]);
    return files;
  }
}

function filesOf(folder: string, name: string): CertificateFiles {
  return { certFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) };
}

function outputOf({ certFile, keyFile }: CertificateFiles): string[] {
  return ['-keyout', keyFile, '-out', certFile];
}
