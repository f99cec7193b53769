import { spawnSync } from 'node:child_process';

/** The interpreter that has boto3: the one in the path, or Debian's, whose packages others don't see. */
export const python = ['python3', '/usr/bin/python3'].find(
  (name) => spawnSync(name, ['-c', 'import boto3']).status === 0,
);

/** Why there is none; `undefined` if there is one. */
export const whyNoPython =
  python === undefined ? 'no Python with boto3 is here (Debian: apt-get install python3-boto3)' : undefined;
