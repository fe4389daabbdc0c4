import { build, generateClient } from './build.mjs';
import { installPackages, linkPostgresLibraries } from './packages.mjs';

/** Brings a clone to where its tools work: packages, PostgreSQL's libraries, the database client. Quick when done. */
export async function prepareTools() {
  await installPackages();
  await linkPostgresLibraries();
  await generateClient();
}

/** As {@link prepareTools}, and compiles. */
export async function prepare() {
  await prepareTools();
  await build();
}
