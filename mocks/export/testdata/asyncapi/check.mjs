// Reads AsyncAPI documents with the official parser: node check.mjs FILE...
// Prints one JSON array: for each file the complaints, and the operations as the parser understood them.
import { readFileSync } from 'node:fs';
import { DiagnosticSeverity } from '@stoplight/types';
import asyncapi from '@asyncapi/parser';

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('usage: node check.mjs FILE...');
  process.exit(2);
}

const parser = new asyncapi.Parser();

const told = (message) => ({
  id: message.id(),
  format: message.schemaFormat(),
  members: Object.keys(message.payload()?.properties() ?? {}),
  headers: Object.keys(message.headers()?.properties() ?? {}),
  examples: message.examples().all().length,
});

async function read(file) {
  const { document, diagnostics } = await parser.parse(readFileSync(file, 'utf8'));
  return {
    complaints: diagnostics
      .filter((d) => d.severity <= DiagnosticSeverity.Warning)
      .map((d) => `${d.path.join('/')}: ${d.code}: ${d.message}`),
    operations: (document?.operations().all() ?? []).map((operation) => ({
      id: operation.id(),
      action: operation.action(),
      method: operation.bindings().get('http')?.json().method,
      messages: operation.messages().all().map(told),
    })),
  };
}

const all = [];
for (const file of files) {
  all.push(await read(file));
}
console.log(JSON.stringify(all));
