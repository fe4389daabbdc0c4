import { modelSchemaFaults } from '../../../contract/model-schema.js';
import { parameterLimits } from '../../../contract/parameters.js';
import { VENDOR_KEY } from '../../../contract/swagger.js';
import { inside } from '../../../kernel/json-pointer.js';
import type { ImportFaults } from './faults.js';
import type { PlannedModel } from './import-plan.js';
import { isJsonObject, isLongerThan, type JsonObject, textOrNull } from './json.js';
import { notesIn } from './vendor-extension.js';

const { nameLength, descriptionLength } = parameterLimits;

/**
 * Makes models of the definitions. A definition is stored as it stands, but for the note in which an export keeps the
 * description of the model. Faults: MODEL_SCHEMA_INVALID.
 */
export function readModels(document: JsonObject, faults: ImportFaults): PlannedModel[] {
  const { definitions } = document;
  if (definitions === undefined) return [];
  if (!isJsonObject(definitions)) {
    faults.add('MODEL_SCHEMA_INVALID', '/definitions', 'must be an object');
    return [];
  }
  return Object.entries(definitions).map(([name, definition]) => readModel(name, definition, faults));
}

function readModel(name: string, definition: unknown, faults: ImportFaults): PlannedModel {
  const pointer = inside('/definitions', name);
  const { [VENDOR_KEY]: _note, ...schema } = isJsonObject(definition) ? definition : {};
  const description = textOrNull(isJsonObject(definition) ? notesIn(definition).description : undefined) ?? '';
  if (name === '') faults.add('MODEL_SCHEMA_INVALID', pointer, 'must have a name');
  if (isLongerThan(name, nameLength)) {
    faults.add('MODEL_SCHEMA_INVALID', pointer, `the name must not be longer than ${nameLength} characters`);
  }
  if (isLongerThan(description, descriptionLength)) {
    const message = `must not be longer than ${descriptionLength} characters`;
    faults.add('MODEL_SCHEMA_INVALID', inside(pointer, VENDOR_KEY, 'description'), message);
  }
  for (const fault of modelSchemaFaults(isJsonObject(definition) ? schema : definition)) {
    faults.add('MODEL_SCHEMA_INVALID', `${pointer}${fault.pointer}`, fault.message);
  }
  return { name, description, schema };
}
