import type { Api, Json } from '../../harness/api.js';
import { contractOperations, type ContractOperationName } from './operations.js';
import { filledLists, misfits } from './shape.js';

/** Where an operation is called: values of its path parameters, its query and its body. */
export interface Call {
  readonly ids?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
}

/** Calls operations of the contract by name and compares every answer with its shape. */
export class ContractDriver {
  /** `filled`: where the lists that had an entry are noted, as `operation .path`. */
  constructor(
    readonly api: Api,
    private readonly filled: Set<string>,
  ) {}

  /** Calls an operation; gives the answer. @throws Error when it is no success, or not of the contract's shape. */
  async expectAnswer(name: ContractOperationName, { ids = {}, query = '', body }: Call = {}): Promise<Json> {
    const [method, template, shape] = contractOperations[name];
    const path = template.replace(/\{(\w+)\}/g, (_match, parameter: string) => {
      const id = ids[parameter];
      if (id === undefined) throw new Error(`${name} needs ${parameter}`);
      return encodeURIComponent(id);
    });
    const answer = await this.api.ok(method, path + query, body);
    const faults = misfits(answer, shape);
    if (faults.length > 0) throw new Error(`${name}: ${faults.join('; ')}`);
    for (const path of filledLists(answer, shape)) this.filled.add(`${name} ${path}`);
    return answer;
  }
}
