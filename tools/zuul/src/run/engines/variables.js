// The variables that a task of a host sees: layers, the first that has a name gives its value.

/** @import { Play, Task } from '../playbook.js' */

/** @typedef {Record<string, unknown>} Mapping */

/**
 * The hosts of a build: names, groups, and variables for all, groups and hosts.
 * @typedef {object} Inventory
 * @property {readonly string[]} hosts
 * @property {Readonly<Record<string, readonly string[]>>} groups
 * @property {Mapping} vars
 * @property {Readonly<Record<string, Mapping>>} groupVars
 * @property {Readonly<Record<string, Mapping>>} hostVars
 */

/** What a host has learned in a playbook. */
export class HostFacts {
  /** Results and facts: nothing in them is a template. @type {Mapping} */
  facts = {};
  /** Variables from files. @type {Mapping} */
  included = {};
}

/** @param {Inventory} inventory @param {string} host @returns {string[]} */
const groupsOf = (inventory, host) => {
  const names = Object.entries(inventory.groups)
    .filter(([, members]) => members.includes(host))
    .map(([name]) => name)
    .sort();
  return names.length === 0 && inventory.hosts.includes(host) ? ['ungrouped'] : names;
};

/**
 * Variables of the inventory for a host, the strongest first.
 * @param {Inventory} inventory
 * @param {string} host
 * @returns {Mapping[]}
 */
const inventoryLayers = (inventory, host) => [
  inventory.hostVars[host] ?? {},
  ...groupsOf(inventory, host)
    .reverse()
    .map((group) => inventory.groupVars[group] ?? {}),
  inventory.groupVars['all'] ?? {},
  inventory.vars,
];

/**
 * Names that the engine itself gives a meaning.
 * @param {Inventory} inventory
 * @param {string} host
 * @param {ReadonlyMap<string, HostFacts>} known
 * @param {string} playbookDirectory
 * @param {readonly string[]} playHosts
 * @returns {Mapping}
 */
export const magicVariables = (inventory, host, known, playbookDirectory, playHosts) => ({
  inventory_hostname: host,
  inventory_hostname_short: host.split('.')[0],
  group_names: groupsOf(inventory, host),
  groups: {
    all: [...inventory.hosts],
    ungrouped: inventory.hosts.filter((each) => groupsOf(inventory, each)[0] === 'ungrouped'),
    ...inventory.groups,
  },
  hostvars: Object.fromEntries(
    [...inventory.hosts, ...(inventory.hosts.includes('localhost') ? [] : ['localhost'])].map((each) => [
      each,
      Object.assign(
        {},
        ...inventoryLayers(inventory, each).reverse(),
        known.get(each)?.included,
        known.get(each)?.facts,
      ),
    ]),
  ),
  playbook_dir: playbookDirectory,
  ansible_play_hosts: [...playHosts],
  ansible_play_hosts_all: [...playHosts],
  ansible_play_batch: [...playHosts],
  ansible_check_mode: false,
});

/** Layers of which one is asked after the other. */
export class Layers {
  #layers;

  /** @param {readonly { values: Mapping, isFinal: boolean }[]} layers the strongest first */
  constructor(layers) {
    this.#layers = layers;
  }

  /** @param {string} name @returns {{ value: unknown, isFinal: boolean } | undefined} */
  find(name) {
    for (const { values, isFinal } of this.#layers)
      if (Object.hasOwn(values, name)) return { value: values[name], isFinal };
    return undefined;
  }
}

/**
 * @param {object} of
 * @param {Inventory} of.inventory
 * @param {Mapping} of.extraVars
 * @param {Mapping} of.magic
 * @param {Play} of.play
 * @param {Task} of.task
 * @param {string} of.host
 * @param {HostFacts} of.known
 * @param {Mapping} finals loop items and what the task has just registered
 */
export const layersOf = ({ inventory, extraVars, magic, play, task, host, known }, finals) => {
  const { role } = task;
  /** @param {Mapping} values */
  const lazy = (values) => ({ values, isFinal: false });
  return new Layers([
    { values: finals, isFinal: true },
    lazy(extraVars),
    { values: magic, isFinal: true },
    { values: task.finals, isFinal: true },
    { values: known.facts, isFinal: true },
    lazy(known.included),
    lazy(task.vars),
    ...(role === undefined
      ? []
      : [{ values: { role_name: role.name, role_path: role.directory }, isFinal: true }, lazy(role.vars)]),
    ...[...play.roles].reverse().map(({ vars }) => lazy(vars)),
    lazy(play.vars),
    ...inventoryLayers(inventory, host).map(lazy),
    ...(role === undefined ? [] : [lazy(role.defaults)]),
    ...[...play.roles].reverse().map(({ defaults }) => lazy(defaults)),
  ]);
};
