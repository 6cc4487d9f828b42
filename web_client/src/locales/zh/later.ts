/** Words of pages that open later: they come with those pages, not with the first screen. */

import { rosterProblems, rosters } from './rosters';

export const later = { rosters, problems: { ...rosterProblems } };
