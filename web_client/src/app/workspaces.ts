/** Which workspaces a role has, the first being its home. What it may do there, the server decides. */

import type { Role } from '../api/types';

export type Workspace =
  | 'request'
  | 'worklist'
  | 'referrals'
  | 'beds'
  | 'people'
  | 'rosters'
  | 'records'
  | 'writeBack'
  | 'oversight';

export const PATHS: Readonly<Record<Workspace, string>> = {
  request: '/requests',
  worklist: '/worklist',
  referrals: '/referrals',
  beds: '/beds',
  people: '/people',
  rosters: '/rosters',
  records: '/',
  writeBack: '/write-back',
  oversight: '/oversight',
};

const WORKSPACES: Readonly<Record<Role, readonly Workspace[]>> = {
  township_doctor: ['request', 'referrals', 'beds'],
  village_doctor: ['request', 'referrals'],
  coordinator: ['worklist', 'referrals', 'beds', 'writeBack'],
  specialist: ['worklist', 'referrals', 'beds', 'rosters'],
  director: ['worklist', 'referrals', 'beds', 'rosters', 'oversight'],
  emergency_coordinator: ['referrals', 'beds'],
  bed_office: ['referrals', 'beds'],
  radiographer: ['records'],
  administrator: ['people', 'rosters', 'writeBack'],
  regulator: ['oversight', 'beds'],
};

export function workspacesOf(role: Role): readonly Workspace[] {
  return WORKSPACES[role];
}

export function homeOf(role: Role): Workspace {
  return WORKSPACES[role][0] ?? 'records';
}
