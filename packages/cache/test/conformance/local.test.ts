import { describe, it } from 'vitest';
import { dict } from '../../src/drivers/dict.ts';
import { memory } from '../../src/drivers/memory.ts';
import { nothingCached } from '../../src/drivers/null.ts';
import { driverSuite } from '../../src/testing/driver-suite.ts';

driverSuite({ describe, it }, 'memory', { create: () => memory(), ttlMilliseconds: 1010 });
driverSuite({ describe, it }, 'memory that copies', {
  create: () => memory({ isolation: 'clone', maxBytes: '10MB' }),
  ttlMilliseconds: 1010,
});
driverSuite({ describe, it }, 'dict', { create: () => dict(), ttlMilliseconds: 1010 });
driverSuite({ describe, it }, 'null', { create: () => nothingCached() });
