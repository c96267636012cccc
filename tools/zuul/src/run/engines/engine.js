// What runs a playbook: this process, or Ansible. Both give the same shapes.

/** @import { Inventory } from './variables.js' */

/** @typedef {Record<string, unknown>} Mapping */
/** @typedef {'ok' | 'changed' | 'skipped' | 'failed' | 'ignored'} TaskStatus */
/** @typedef {{ start: string, end: string }} Duration */
/** @typedef {{ task: { name: string, duration: Duration }, hosts: Record<string, Mapping> }} TaskOutput */
/** @typedef {{ play: { name: string, duration: Duration }, tasks: TaskOutput[] }} PlayOutput */
/** @typedef {Record<'changed' | 'failures' | 'ignored' | 'ok' | 'rescued' | 'skipped' | 'unreachable', number>} HostStats */
/** `rc` as ansible-playbook ends: 0, 2 when hosts have failed, 4 when they cannot be reached. @typedef {{ rc: number, plays: PlayOutput[], stats: Record<string, HostStats> }} PlaybookOutput */

/**
 * @typedef {object} Events
 * @property {(name: string, hasHosts: boolean) => void} [onPlay]
 * @property {(name: string) => void} [onTask]
 * @property {(host: string, line: string) => void} [onLine]
 * @property {(host: string, status: TaskStatus, result: Mapping) => void} [onResult]
 */

/**
 * @typedef {object} EngineRun
 * @property {string} file of the playbook
 * @property {readonly string[]} roleDirectories
 * @property {Inventory} inventory
 * @property {Mapping} extraVars
 * @property {string} cwd where commands run
 * @property {NodeJS.ProcessEnv} env
 * @property {AbortSignal} signal
 * @property {Events} events
 * @property {(data: Mapping) => void} give what zuul_return is called with
 */

/** @typedef {{ name: string, run: (options: EngineRun) => Promise<PlaybookOutput> }} Engine rejects with a PlaybookError for a playbook that cannot be run */

export {};
