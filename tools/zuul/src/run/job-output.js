// The log of a build, in Zuul's shapes: job-output.txt, job-output.json and zuul-info/inventory.yaml.
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** @import { PlaybookOutput } from './engines/engine.js' */
/** @import { Mask } from './mask.js' */

/** @typedef {PlaybookOutput & { phase: string, index: string, playbook: string, project: string, branch: string, trusted: boolean }} RecordedPlaybook */

/** @param {Date} date */
const stamp = (date) => `${date.toISOString().slice(0, 23).replace('T', ' ')}000`;

/** One build's log. */
export class JobOutput {
  #folder;
  #file;
  #mask;
  #onLine;
  /** @type {RecordedPlaybook[]} */
  #playbooks = [];

  /** @param {string} folder @param {Mask} mask @param {(line: string) => void} onLine every line, with secrets hidden */
  constructor(folder, mask, onLine) {
    this.#folder = folder;
    this.#mask = mask;
    this.#onLine = onLine;
    mkdirSync(join(folder, 'zuul-info'), { recursive: true });
    this.#file = openSync(join(folder, 'job-output.txt'), 'a');
  }

  /** @param {string} text */
  line(text) {
    const own = this.#mask(text);
    writeSync(this.#file, `${stamp(new Date())} | ${own}\n`);
    this.#onLine(own);
  }

  /** @param {unknown} inventory */
  inventory(inventory) {
    writeFileSync(
      join(this.#folder, 'zuul-info', 'inventory.yaml'),
      stringify(this.#mask(inventory), { sortMapEntries: true, aliasDuplicateObjects: false }),
    );
  }

  /** @param {RecordedPlaybook} playbook */
  playbook(playbook) {
    this.#playbooks.push(playbook);
  }

  end() {
    const json = this.#playbooks.map(({ rc: _rc, ...rest }) => rest);
    writeFileSync(join(this.#folder, 'job-output.json'), `${JSON.stringify(this.#mask(json), null, 2)}\n`);
    closeSync(this.#file);
  }
}
