import { library } from '../../tools/build/tsup.js';

export default library({
  entry: {
    main: 'src/main.ts',
    real: 'src/real.ts',
    soak: 'src/soak.ts',
    'bin/volume-service': 'src/bin/volume-service.ts',
  },
  external: ['@oslofjord/services'],
});
