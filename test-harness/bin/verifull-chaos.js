#!/usr/bin/env node
// In the repository, so that package managers can link it before anything is built.
import('../dist/command-line/chaos-main.js')
