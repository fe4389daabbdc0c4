// npm run docs: writes docs/errors.md from the error catalogue; with --check only compares.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { prepareTools } from './setup/prepare.mjs';
import { main, ROOT } from './setup/run.mjs';

const TARGET = 'docs/errors.md';
const CATALOG = 'src/errors/catalog';

const INTRODUCTION = `# Errors

Written by \`npm run docs\` from \`src/errors\`; do not edit. Each code has an anchor of its own: \`#code-404101000\` here,
\`#gateway-4041007\` for those of the gateway.

## Management API

An answer carries the code as \`header.resultCode\` and the message as \`header.resultMessage\`; \`errorList\` says what
is wrong with the input, where it is. The HTTP status is the first three digits of the code; with
\`HTTP_STATUS_POLICY=always-200\` it is always 200. \`GET /v1.0/error-codes\` gives this list to programs.
`;

const GATEWAY_INTRODUCTION = `## Gateway

What the gateway answers by itself instead of passing on. A service can redefine the answer of a type (its gateway
responses); a failure without a type cannot be redefined. \`{detail}\` stands for what was found.
`;

await main(async () => {
  await prepareTools();
  const text = await render();
  const file = join(ROOT, TARGET);
  if (!process.argv.includes('--check')) await writeFile(file, text);
  else if ((await readFile(file, 'utf8')) !== text) throw new Error(`${TARGET} is out of date: run npm run docs`);
});

async function render() {
  await import('./typescript-loader.mjs');
  const { errorCatalog, gatewayFailures, httpStatusOfCode } = await import('../src/errors/index.ts');
  const order = Object.keys(errorCatalog);
  const domains = await readDomains();
  domains.sort((a, b) => order.indexOf(a.keys[0]) - order.indexOf(b.keys[0]));
  const sections = domains.map(({ name, keys }) => {
    const errors = keys.map((key) => ({ key, ...errorCatalog[key] })).toSorted((a, b) => a.code - b.code);
    return [`### ${name}\n`, ...errors.map((error) => managementError(error, httpStatusOfCode(error.code)))].join('\n');
  });
  const failures = Object.entries(gatewayFailures).map(([key, failure]) => ({ key, ...failure }));
  const codes = [...new Set(failures.map(({ code }) => code))].toSorted((a, b) => a - b);
  const gateway = codes.map((code) =>
    gatewayCode(
      code,
      failures.filter((failure) => failure.code === code),
    ),
  );
  return [INTRODUCTION, ...sections, GATEWAY_INTRODUCTION, ...gateway].join('\n');
}

function managementError({ key, code, en, ko, cause, cure }, status) {
  const heading = `#### <a id="code-${code}"></a>${code} \`${key}\`, HTTP ${status}`;
  return `${heading}\n\n> ${en}<br>${ko}\n\n${explanation(cause, cure)}`;
}

/** Several failures can share a code; their messages tell them apart. */
function gatewayCode(code, failures) {
  const texts = failures.map(({ key, status, type, message, cause, cure }) => {
    const name = `\`${key}\`, HTTP ${status}, ${type === null ? 'without a type' : `type \`${type}\``}`;
    return `${name}\n\n> ${message}\n\n${explanation(cause, cure)}`;
  });
  return `#### <a id="gateway-${code}"></a>${code}\n\n${texts.join('\n')}`;
}

function explanation(cause, cure) {
  return `- **When:** ${cause}\n- **What to do:** ${cure}\n`;
}

/** The keys of every domain; a domain is a file of the catalogue, which exports one object. */
async function readDomains() {
  const files = (await readdir(join(ROOT, CATALOG))).filter((file) => file !== 'index.ts');
  return Promise.all(
    files.map(async (file) => {
      const [errors] = Object.values(await import(`../${CATALOG}/${file}`));
      const words = basename(file, '.ts').replaceAll('-', ' ');
      return { name: capitalized(words), keys: Object.keys(errors) };
    }),
  );
}

function capitalized(words) {
  return words.replace(/^api\b/, 'API').replace(/^./, (letter) => letter.toUpperCase());
}
