#!/usr/bin/env node
// `npm run release`: publishes what the manifests list.
