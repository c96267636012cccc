// What to do about each error; a test holds this list to the errors there are.

/** @type {Record<string, string>} */
export const REMEDIES = {
  ERR_CACHE_CONFIGURATION: 'Correct what `issues` names, all at once; nothing was opened.',
  ERR_CACHE_REGION_NOT_CONFIGURED:
    'Give `createRegion` a driver, or await `configureCacheRegion` before the first request.',
  ERR_CACHE_REGION_CONFIGURED: 'Make a second region, or configure this one in one place.',
  ERR_CACHE_DRIVER_NOT_FOUND: 'Correct `backend`; the message lists the names that are known.',
  ERR_CACHE_EXPIRATION_TIME_REQUIRED: 'Give the region or the call an `expirationTime`.',
  ERR_CACHE_UNKNOWN_GROUP: 'Declare a group of that name with `caching` and `cacheTime`, or correct `group`.',
  ERR_CACHE_KEY: 'Pass arguments that are plain values, or give the memoized function `key`.',
  ERR_CACHE_CREATOR_TIMEOUT:
    'Let the creator watch its signal; raise `hardTimeout`, or set `staleFor` for an old value instead.',
  ERR_CACHE_BACKEND:
    "Look at the server that the message names; without `onBackendError: 'throw'` it would be a miss.",
  ERR_CACHE_BACKEND_REFUSED:
    'Read what the server said in the message: credentials, memory or size of the value.',
  ERR_CACHE_BACKEND_TIMEOUT:
    'Look at the load of the server and the network; raise the time only if both are well.',
  ERR_CACHE_BACKEND_SUSPENDED: 'Nothing: it is probed in the background and used again when it answers.',
  ERR_CACHE_CODEC: 'Check that all processes have the same codec and keys; the entry expires by itself.',
  ERR_CACHE_SCHEMA: 'Correct what is stored, or raise `schemaVersion` and give `migrate`.',
  ERR_CACHE_CLOSED: 'Close regions after the server that uses them has drained.',
  ERR_CONFIG_INVALID: 'Correct the files, variables and arguments that `issues` names, all at once.',
  ERR_CONFIG_DECLARATION: 'Correct the declaration in the code; no operator can.',
  ERR_CONFIG_DURATION: 'Write a number of seconds, or a number with `ms s m h d`.',
  ERR_CONFIG_SIZE: 'Write a number of bytes, or a number with `kB MB GB` or `KiB MiB GiB`.',
  ERR_HEALTHCHECK: 'Catch it to catch all the others.',
  ERR_HEALTHCHECK_OPTIONS: 'Correct what `issues` names; the service has not started.',
  ERR_HEALTHCHECK_DUPLICATE: 'Give each component a name of its own, or keep the first one and use it twice.',
  ERR_HEALTHCHECK_RANGE: 'Write a range as `10.0.0.0/8` or `fd00::/8`, without bits beyond its prefix.',
  ERR_HEALTHCHECK_ADDRESS:
    "Let the proxy send an address; without `compat: 'oslo'` such a client is outside every range.",
  ERR_HEALTHCHECK_WORKER: 'Choose a free port, or an address of this machine.',
  ERR_HEALTHCHECK_MANIFEST: 'Correct what `issues` names; the other manifests can still be written.',
  ERR_LIMIT_OVER:
    'Tell the client: `toProblem(error)` is the answer. Give back or raise what `overLimitInfoList` names.',
  ERR_LIMIT_ARGUMENT: 'Correct the call; the message has the argument and what it may be.',
  ERR_LIMIT_USAGE: 'Let the usage callback answer a whole number for every name that it is asked for.',
  ERR_LIMIT_UNAVAILABLE:
    'Look at Keystone or the file; the request may be repeated. `onUnavailable` and `staleIfError` choose otherwise.',
  ERR_LIMIT_MODEL: 'Set `model` to one that is known, or change that of Keystone.',
  ERR_LIMIT_HIERARCHY: 'Move the project that `branch` ends with, or use the model `nested`.',
  ERR_LIMIT_CLAIM_LOST: 'Undo what was created; then raise `claim.ttl` or look at why renewing failed.',
  ERR_LIMIT_CLAIM_STORE: 'Look at the store that the message names; no claim was granted.',
  ERR_LIMIT_SESSION: 'Check `auth_url`, user, password and domain names of `[oslo_limit]`.',
  ERR_LIMIT_KEYSTONE: 'Look up `requestId` in the log of the server; `status` says whose fault it is.',
  ERR_LIMIT_ENDPOINT:
    'Write `endpoint_id`, or service type, region and interface that one of `candidates` has.',
  ERR_LIMIT_SCOPE: 'Use a user with the role `reader` on the system: `system_scope = all`.',
  ERR_LIMIT_FILE: 'Correct what `problems` names with its line; the limits in force stay.',
  ERR_LIMIT_OSLO: 'Do what oslo.limit asks for, or leave `compat` out for an error of its own.',
  ERR_METRICS: 'Catch it to catch all the others.',
  ERR_METRICS_CONFIGURATION: 'Correct every problem that the message lists.',
  ERR_METRICS_DECLARATION: 'Correct the name, the label or the buckets in the code.',
  ERR_METRICS_CONFLICT: 'Keep the first metric and use it twice, or choose another name.',
  ERR_METRICS_INVALID_EVENT:
    'Correct the call; a registry that is not strict counts such events apart instead.',
  ERR_METRICS_MAPPING: 'Install `koffi`, or use the multiprocess directory without mapped files.',
  ERR_METRICS_SERVER_START: 'Choose a free port, or `port: 0` for any.',
  ERR_METRICS_PUSH: 'Look at the server that is pushed to; the next push sends the same counters.',
  ERR_METRICS_RECEIVER: 'Install `koffi`, or let systemd hand the socket over.',
  ERR_METRICS_SOCKET_FILE: 'Make the folder, and give the user of the collector the right to write there.',
  ERR_METRICS_COLLECTOR_RUNNING: 'Stop the other collector, or choose another socket.',
  ERR_METRICS_RPC_REMOTE: 'Read the error of the called service in the message.',
  ERR_METRICS_RPC_TIMEOUT: 'Look at whether a server takes from that queue; the call may still be done.',
  ERR_METRICS_RPC_CONNECTION: 'Connect again; what was being called may have been done.',
  ERR_POLICY: 'Catch it to catch all the others.',
  ERR_POLICY_NOT_AUTHORIZED: 'Answer 403. `explain` says which fact is missing.',
  ERR_POLICY_INVALID_SCOPE: 'Answer 403 and name the scopes that the rule takes.',
  ERR_POLICY_NOT_REGISTERED: 'Register the rule with its default, or correct its name in the call.',
  ERR_POLICY_INVALID_CONTEXT: 'Pass an object of credentials.',
  ERR_POLICY_EVALUATION:
    'A value has a type that the check cannot use: the message says which. Mend what makes the credentials or the target, or the rule.',
  ERR_POLICY_ASYNC_CHECK: 'Call `enforceAsync` or `authorizeAsync`.',
  ERR_POLICY_REMOTE_CHECK: 'Look at the remote server and its certificate; the request is not allowed.',
  ERR_POLICY_LOAD:
    'Correct what `issues` names with file and line; after a reload the policy in force stays.',
  ERR_POLICY_YAML: 'Correct the text at the line and column of the message.',
  ERR_POLICY_PYTHON_PARTS_MISSING: 'Pass `python` from `@oslofjord/policy/python`, or call `load()`.',
  ERR_POLICY_OPTIONS: 'Correct the options in the code.',
  ERR_POLICY_DUPLICATE: 'Give one of the two rules another name.',
  ERR_POLICY_INVALID_RULE_DEFAULT: 'Correct the rule in the code; the message says what it lacks.',
  ERR_POLICY_INVALID_DEFINITION: 'Correct the references that the message lists.',
  ERR_POLICY_UNSUPPORTED_FILTER:
    'Filter in memory with `bind(…).filter`, or write the rule with checks of keys.',
  ERR_POLICY_SUITE: 'Correct the file of tests at the place that the message names.',
  ERR_POLICY_MIGRATION: 'Change the file by hand; the message says why a tool cannot.',
  ERR_POLICY_FILTER_COLUMN: 'Map the key to the plain name of a column.',
};
